// A page that was opened as a file may not start a worker, and the search is one: this runs it in a frame of the page.
if (location.protocol === "file:") {
  window.Worker = class {
    constructor(url) {
      this.onmessage = this.onerror = this.onmessageerror = null;
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.addEventListener("load", () => this.start(new URL(url, location.href)), { once: true });
      document.body.append(this.frame);
    }
    start(url) {
      const scope = this.frame.contentWindow;
      scope.postMessage = data => setTimeout(() => this.onmessage && this.onmessage({ data }));
      const script = scope.document.createElement("script");
      script.src = url;
      script.onload = () => {
        this.scope = scope;
        this.waiting.splice(0).forEach(data => this.postMessage(data));
      };
      script.onerror = error => this.onerror && this.onerror(error);
      scope.document.head.append(script);
    }
    postMessage(data) {
      if (this.scope) setTimeout(() => this.scope && this.scope.onmessage({ data }));
      else this.waiting.push(data);
    }
    terminate() {
      this.scope = null;
      this.frame.remove();
    }
  };
}
