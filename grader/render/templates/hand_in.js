const file = document.getElementById("file");
if (file) {
  document.querySelector(".drop").hidden = false;
  const over = (is) => file.form.classList.toggle("over", is);
  document.addEventListener("dragover", (event) => { event.preventDefault(); over(true); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(false); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    if (event.dataTransfer.files.length) { file.files = event.dataTransfer.files; file.focus(); }
  });
}
