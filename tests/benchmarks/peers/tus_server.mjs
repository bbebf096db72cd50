// A tus server as its makers ship it. Arguments: host, port, folder.
import http from 'node:http'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const [host, port, directory] = process.argv.slice(2)
const tus = new Server({ path: '/files', datastore: new FileStore({ directory }) })
http.createServer(tus.handle.bind(tus)).listen(Number(port), host)
