// @ts-check
// A file that stands alone: the executions are in the page itself.
'use strict';

{
  const data = /** @type {HTMLElement} */ (document.getElementById('data'));
  const root = /** @type {HTMLElement} */ (document.getElementById('app'));
  showExecutions(root, JSON.parse(data.textContent ?? '[]'), true);
}
