// Shows the dialog of ReconnectModal while the page has no connection to the server. Blazor sets the state's class on
// the dialog and raises the event.

const dialog = document.getElementById("components-reconnect-modal");

dialog.addEventListener("components-reconnect-state-changed", event => {
  switch (event.detail.state) {
    case "show":
      if (!dialog.open) {
        dialog.showModal();
      }

      break;
    case "hide":
      dialog.close();
      break;
    case "failed":
      document.addEventListener("visibilitychange", retryWhenVisible);
      break;
    case "rejected":
      // The server no longer knows the circuit: it was restarted, say. The page is the same after a reload.
      location.reload();
      break;
  }
});

document.getElementById("components-reconnect-button").addEventListener("click", retry);
document.getElementById("components-resume-button").addEventListener("click", resume);
document.getElementById("components-reload-button").addEventListener("click", () => location.reload());

async function retry() {
  document.removeEventListener("visibilitychange", retryWhenVisible);
  try {
    // False when the server was reached but the circuit is gone.
    if (!await Blazor.reconnect() && !await Blazor.resumeCircuit()) {
      location.reload();
    } else {
      dialog.close();
    }
  } catch {
    document.addEventListener("visibilitychange", retryWhenVisible);
  }
}

async function resume() {
  try {
    if (!await Blazor.resumeCircuit()) {
      location.reload();
    }
  } catch {
    dialog.classList.replace("components-reconnect-paused", "components-reconnect-resume-failed");
  }
}

function retryWhenVisible() {
  if (document.visibilityState === "visible") {
    retry();
  }
}
