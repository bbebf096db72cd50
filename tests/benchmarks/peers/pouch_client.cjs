// Cases as documents with attachments, kept in a database here and replicated to the server.
// Arguments: server, folder, folder of the database here.
const fs = require('node:fs')
const path = require('node:path')
const PouchDB = require('pouchdb')
const [server, folder, here] = process.argv.slice(2)
const AGAIN_AFTER = 2000 // ms

async function filled() {
  const database = new PouchDB(path.join(here, 'cases'))
  for (const name of fs.readdirSync(folder).sort()) {
    if (await database.get(name).catch(() => null)) continue
    const inside = path.join(folder, name)
    const pages = fs.readdirSync(inside).filter((file) => file.endsWith('.jpg'))
    await database.put({
      ...JSON.parse(fs.readFileSync(path.join(inside, 'form.json'), 'utf8')),
      _id: name,
      _attachments: Object.fromEntries(
        pages.map((file) => [
          file,
          { content_type: 'image/jpeg', data: fs.readFileSync(path.join(inside, file)) },
        ]),
      ),
    })
  }
  return database
}

async function main() {
  const database = await filled()
  const there = new PouchDB(`${server}/cases`)
  for (;;) {
    try {
      const told = await database.replicate.to(there)
      if (told.ok && !told.doc_write_failures) break
    } catch {
      // tried again below
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER))
  }
  console.log(JSON.stringify({ done: Number(process.hrtime.bigint()) / 1e9 }))
  process.exit(0)
}
main()
