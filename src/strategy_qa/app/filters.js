// Runs once, as the js_on_load of the filters: every change is sent on as it stands.

function send() {
  const form = element.querySelector('form');
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (value) (fields[name] ??= []).push(String(value));
  }
  trigger('choose', { fields });
}

element.addEventListener('change', send);
element.addEventListener('submit', (event) => event.preventDefault());
element.addEventListener('click', (event) => {
  if (event.target.type !== 'reset') return;
  event.preventDefault();
  for (const field of element.querySelectorAll('input, select')) {
    if (field.type === 'checkbox') field.checked = false;
    else field.value = '';
  }
  send();
});
