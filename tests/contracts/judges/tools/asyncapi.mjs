// Prints what the parser has to say about one AsyncAPI document, as JSON.
import { Parser, fromFile } from "@asyncapi/parser"

const { document, diagnostics } = await fromFile(new Parser(), process.argv[2]).parse()
const problems = document ? diagnostics : [...diagnostics, { code: "no-document", path: [], message: "it cannot be read" }]
console.log(JSON.stringify(problems.map(({ code, path, message }) => ({ code, path, message }))))
