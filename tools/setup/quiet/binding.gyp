{ 'targets': [{ 'target_name': 'tessera_quiet', 'sources': ['quiet.c'] }] }
