/**
 * Reads a zip archive with Node's own zlib: enough for Python wheels (stored and deflated entries, no encryption, no
 * zip64), so that fetching needs neither `unzip` nor a working Python.
 */

import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, type FileHandle, open } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { makePassableFolder } from './passable.ts';

interface Entry {
  readonly name: string;
  readonly stored: boolean;
  readonly packedBytes: number;
  readonly headerOffset: number;
  readonly mode: number;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;

/**
 * Extracts the files for which `wanted` is true below `folder`, with their execute bits.
 *
 * @throws Error when the archive is damaged or an entry would leave the folder
 */
export async function unzip(archive: string, folder: string, wanted: (name: string) => boolean): Promise<number> {
  const file = await open(archive, 'r');
  try {
    let count = 0;
    for (const entry of await directory(file, archive)) {
      if (entry.name.endsWith('/') || !wanted(entry.name)) continue;
      await extract(file, archive, entry, join(folder, safeName(entry.name, archive)));
      count += 1;
    }
    return count;
  } finally {
    await file.close();
  }
}

async function directory(file: FileHandle, archive: string): Promise<Entry[]> {
  const { size } = await file.stat();
  const tail = await bytes(
    file,
    Math.max(0, size - END_BYTES - LONGEST_COMMENT),
    Math.min(size, END_BYTES + LONGEST_COMMENT),
  );
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0 || tail.readUInt32LE(end) !== END_SIGNATURE)
    throw new Error(`${archive} is not a zip archive, or is cut short`);
  const listing = await bytes(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  const entries: Entry[] = [];
  for (let at = 0; at + 46 <= listing.length; ) {
    if (listing.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error(`${archive}: the list of files is damaged`);
    const nameBytes = listing.readUInt16LE(at + 28);
    const method = listing.readUInt16LE(at + 10);
    const name = listing.toString('utf8', at + 46, at + 46 + nameBytes);
    if (method !== 0 && method !== 8)
      throw new Error(`${archive}: ${name} is packed with an unknown method (${method})`);
    entries.push({
      name,
      stored: method === 0,
      packedBytes: listing.readUInt32LE(at + 20),
      headerOffset: listing.readUInt32LE(at + 42),
      mode: listing.readUInt16LE(at + 40),
    });
    at += 46 + nameBytes + listing.readUInt16LE(at + 30) + listing.readUInt16LE(at + 32);
  }
  return entries;
}

async function extract(file: FileHandle, archive: string, entry: Entry, target: string): Promise<void> {
  await makePassableFolder(dirname(target));
  const header = await bytes(file, entry.headerOffset, 30);
  const start = entry.headerOffset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const output = createWriteStream(target);
  if (entry.packedBytes === 0) {
    await pipeline([], output);
  } else {
    const packed = createReadStream(archive, { start, end: start + entry.packedBytes - 1 });
    await (entry.stored ? pipeline(packed, output) : pipeline(packed, createInflateRaw(), output));
  }
  // Readable by all, writable by the owner only; executable when it was executable.
  await chmod(target, (entry.mode & 0o111) === 0 ? 0o644 : 0o755);
}

function safeName(name: string, archive: string): string {
  const normal = normalize(name);
  if (isAbsolute(normal) || normal.startsWith('..'))
    throw new Error(`${archive}: ${name} would be written outside the folder`);
  return normal;
}

async function bytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  if (bytesRead !== length) throw new Error('the archive is cut short');
  return buffer;
}
