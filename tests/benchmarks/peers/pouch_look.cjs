// Says the hash of everything that a PouchDB server holds whole. Arguments: its folder, the work.
const crypto = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const { isDeepStrictEqual } = require('node:util')
const [kept, folder] = process.argv.slice(2)
process.chdir(kept)
const PouchDB = require('pouchdb').defaults({ prefix: path.join(kept, path.sep) })
const hash = (content) => crypto.createHash('sha256').update(content).digest('hex')

async function main() {
  const database = new PouchDB('cases')
  const hashes = []
  const rows = await database.allDocs({ include_docs: true, attachments: true, binary: true })
  for (const { doc } of rows.rows) {
    const { _id, _rev, _attachments, ...form } = doc
    const written = fs.readFileSync(path.join(folder, _id, 'form.json'))
    if (isDeepStrictEqual(form, JSON.parse(written.toString('utf8')))) hashes.push(hash(written))
    for (const one of Object.values(_attachments ?? {})) hashes.push(hash(one.data))
  }
  console.log(JSON.stringify(hashes))
}
main()
