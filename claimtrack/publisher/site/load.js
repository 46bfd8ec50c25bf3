// Loads parts of the site. A page on a disk must not read files, but it may run a script of its own folder: each part is
// a script that calls `site.receive`.
"use strict";
{
  const received = new Map();
  const asked = new Map();

  site.receive = (name, value) => received.set(name, value);

  // Returns a promise of the part `name`. It fails with the name of a part that is not there.
  site.load = (name) => {
    if (!asked.has(name)) asked.set(name, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${name}.js`;
      script.addEventListener("load", () => resolve(received.get(name)));
      script.addEventListener("error", () => { asked.delete(name); reject(new Error(name)); });
      document.head.append(script);
    }));
    return asked.get(name);
  };
}
