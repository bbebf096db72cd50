// Uploads every file of a folder by tus.
// Arguments: server, folder, how many at once, file that remembers what was begun, and "together"
// for one request a file; otherwise a file is created first, so that a cut one can be gone on with.
import fs from 'node:fs'
import path from 'node:path'
import * as tus from 'tus-js-client'

const [server, folder, atOnce, memory, how] = process.argv.slice(2)
const AGAIN_AFTER = 2000 // ms, once its own attempts are used up: a program would not give up
const urlStorage = new tus.FileUrlStorage(memory)

async function attempt(file) {
  await new Promise((resolve, reject) => {
    const upload = new tus.Upload(fs.createReadStream(file), {
      endpoint: `${server}/files`,
      metadata: { filename: path.basename(file) },
      uploadDataDuringCreation: how === 'together',
      urlStorage,
      onError: reject,
      onSuccess: resolve,
    })
    upload.findPreviousUploads().then(([previous]) => {
      if (previous) upload.resumeFromPreviousUpload(previous)
      upload.start()
    }, reject)
  })
}

async function send(file) {
  for (;;) {
    try {
      return await attempt(file)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER))
    }
  }
}

const files = fs
  .readdirSync(folder, { recursive: true })
  .map((name) => path.join(folder, name))
  .filter((file) => fs.statSync(file).isFile())
  .sort()
const lanes = Array.from({ length: Number(atOnce) }, async () => {
  while (files.length) await send(files.shift())
})
await Promise.all(lanes)
console.log(JSON.stringify({ done: Number(process.hrtime.bigint()) / 1e9 }))
process.exit(0)
