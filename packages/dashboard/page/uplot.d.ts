// What the server hands out as uplot.js.
export { default } from 'uplot'
