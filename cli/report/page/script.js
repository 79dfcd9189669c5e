// Sorts and filters the tables. The page is whole without it.
const collator = new Intl.Collator('en', { numeric: true });

for (const table of document.querySelectorAll('.table > table')) {
  const body = table.tBodies[0];
  if (body.rows.length < 2) continue;
  makeSortable(table, body);
  if (body.rows.length > 5) makeFilterable(table, body);
}

function makeSortable(table, body) {
  const heads = [...table.tHead.rows[0].cells];
  for (const [column, head] of heads.entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const isDescending = head.getAttribute('aria-sort') === 'ascending';
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending');
      const rows = [...body.rows].map((row) => ({ row, key: keyOf(row.cells[column]) }));
      rows.sort((a, b) => compare(a.key, b.key, isDescending ? -1 : 1));
      body.append(...rows.map(({ row }) => row));
    });
  }
}

function keyOf(cell) {
  const text = cell.dataset.by ?? cell.textContent.trim();
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

// What is unknown comes last in either direction.
function compare(a, b, direction) {
  if (a === '' || b === '') return (a === '') - (b === '');
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  return direction * collator.compare(String(a), String(b));
}

function makeFilterable(table, body) {
  const rows = [...body.rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const bar = document.createElement('div');
  bar.className = 'filter';
  const label = document.createElement('label');
  label.textContent = 'Filter';
  const input = document.createElement('input');
  input.type = 'search';
  input.setAttribute('aria-label', `Filter: ${table.caption.textContent}`);
  const shown = document.createElement('output');
  label.append(input);
  bar.append(label, shown);
  table.parentElement.before(bar);
  input.addEventListener('input', () => {
    const wanted = input.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const { row, text } of rows) {
      row.hidden = !wanted.every((word) => text.includes(word));
      if (!row.hidden) count += 1;
    }
    shown.textContent = `${count} of ${rows.length} rows`;
  });
}
