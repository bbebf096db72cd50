// A PouchDB server as its makers ship it. Arguments: host, port, folder.
const path = require('node:path')
const [host, port, folder] = process.argv.slice(2)
process.chdir(folder) // it writes its log and settings where it stands
const express = require('express')
const PouchDB = require('pouchdb').defaults({ prefix: path.join(folder, path.sep) })
const app = express()
app.use('/', require('express-pouchdb')(PouchDB))
app.listen(Number(port), host)
