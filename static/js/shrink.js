/* A photo made small on the device: quick to send, small enough to wait in its storage, and silent about its place. */

const LONGEST_SIDE = 1600;
const QUALITY = 0.8;
const MOST_BYTES = 3000000; // more does not fit into the storage of a device

/** The photo as the data URL of a JPEG, or null if the browser cannot read it. */
export async function shrink(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return canvas.toDataURL("image/jpeg", QUALITY);
  } catch {
    return null;
  }
}

/** What this browser cannot read the server may: the file itself as a data URL, or null if it is too large to wait. */
export async function asItIs(file) {
  if (file.size > MOST_BYTES) {
    return null;
  }
  return new Promise((done) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result));
    reader.addEventListener("error", () => done(null));
    reader.readAsDataURL(file);
  });
}
