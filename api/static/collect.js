// The code of a link stands behind its # so that no server sees it before somebody presses the button.
const code = location.hash.slice(1);
if (code) {
  document.getElementById("token").value = code;
  history.replaceState(null, "", location.pathname);
}
