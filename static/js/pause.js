/* Long work in pieces: between them the browser paints, and answers a finger. */

/** The next task. It comes at once, where a timer of nothing may wait. */
export function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
