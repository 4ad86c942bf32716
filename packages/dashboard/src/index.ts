export { type Dashboard, type DashboardOptions, startDashboard } from './server/dashboardServer.js'
