import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheDir, cached } from '../../services/cache.ts';
import { closedFolder } from '../../services/passable.ts';
import { serverArguments } from '../../services/temporal.ts';
import { unzip } from '../../services/unzip.ts';
import { verifyWheel } from '../../services/wheel.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handback-cache-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the cache', () => {
  it('is where HANDBACK_CACHE says, else below XDG_CACHE_HOME, else in the home folder', () => {
    expect(cacheDir({ HANDBACK_CACHE: '/a', XDG_CACHE_HOME: '/b', HOME: '/h' }, 1000)).toBe('/a');
    expect(cacheDir({ XDG_CACHE_HOME: '/b', HOME: '/h' }, 1000)).toBe('/b/handback');
    expect(cacheDir({ HOME: '/h' }, 1000)).toBe('/h/.cache/handback');
  });

  it("is outside root's home for root, because PostgreSQL runs as somebody else", () => {
    expect(cacheDir({ HOME: '/root' }, 0)).toBe('/var/cache/handback');
  });

  it('two that fetch the same thing at once both get one complete folder', async () => {
    let waiting = 0;
    let bothAreFilling: () => void = () => undefined;
    const together = new Promise<void>((resolve) => {
      bothAreFilling = resolve;
    });
    const fetchIt = (text: string): Promise<string> =>
      cached(folder, 'thing', async (partial) => {
        waiting += 1;
        if (waiting === 2) bothAreFilling();
        await together;
        await writeFile(join(partial, 'one'), text);
        await writeFile(join(partial, 'two'), text);
      });
    const places = await Promise.all([fetchIt('first'), fetchIt('second')]);
    expect(new Set(places)).toEqual(new Set([join(folder, 'thing')]));
    expect(await readdir(folder)).toEqual(['thing']);
    const one = await readFile(join(folder, 'thing', 'one'), 'utf8');
    expect(await readFile(join(folder, 'thing', 'two'), 'utf8')).toBe(one);
  });

  it('a fetch that fails leaves nothing behind', async () => {
    const failing = cached(folder, 'thing', () => Promise.reject(new Error('cut short')));
    await expect(failing).rejects.toThrow('cut short');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a wheel', () => {
  it('with other bytes than the pinned ones is refused', async () => {
    const path = join(folder, 'known-1.0-py3-none-any.whl');
    await writeFile(path, 'altered');
    const pinned = { 'known-1.0-py3-none-any.whl': 'ab'.repeat(32) };
    await expect(verifyWheel(path, pinned)).rejects.toThrow(
      /SHA-256 of known-1\.0-py3-none-any\.whl is [0-9a-f]{64}, but abab/,
    );
  });

  it('that is not in the table is refused, whatever it holds', async () => {
    const path = join(folder, 'stranger-1.0-py3-none-any.whl');
    await writeFile(path, 'anything');
    await expect(verifyWheel(path)).rejects.toThrow(/stranger-1\.0.*is not one of those whose SHA-256 is pinned/);
  });

  it('as pinned is accepted', async () => {
    const path = join(folder, 'known.whl');
    await writeFile(path, 'abc');
    await verifyWheel(path, { 'known.whl': 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' });
  });
});

describe('unzip', () => {
  it('keeps the execute bit, takes only what is wanted, and reads stored and deflated files', async () => {
    const archive = join(folder, 'a.zip');
    const files = [
      { name: 'bin/tool', text: 'run me '.repeat(1000), mode: 0o777, stored: false },
      { name: 'share/plain', text: 'as it is', mode: 0o644, stored: true },
      { name: 'share/empty', text: '', mode: 0o644, stored: true },
      { name: 'unwanted', text: 'no', mode: 0o644, stored: true },
    ];
    await writeFile(archive, zip(files));
    const out = join(folder, 'out');
    expect(await unzip(archive, out, (name) => name !== 'unwanted')).toBe(3);
    expect(await readFile(join(out, 'bin/tool'), 'utf8')).toBe(files[0]?.text);
    expect(await readFile(join(out, 'share/plain'), 'utf8')).toBe('as it is');
    expect((await stat(join(out, 'bin/tool'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(out, 'share/plain'))).mode & 0o777).toBe(0o644);
    expect(await readdir(out)).toEqual(['bin', 'share']);
  });

  it('refuses a file that would land outside the folder', async () => {
    const archive = join(folder, 'a.zip');
    await writeFile(archive, zip([{ name: '../evil', text: 'x', mode: 0o644, stored: true }]));
    await expect(unzip(archive, join(folder, 'out'), () => true)).rejects.toThrow(/outside the folder/);
  });

  it('says so when the archive is cut short', async () => {
    const archive = join(folder, 'a.zip');
    const whole = zip([{ name: 'a', text: 'text', mode: 0o644, stored: true }]);
    await writeFile(archive, whole.subarray(0, whole.length - 30));
    await expect(unzip(archive, join(folder, 'out'), () => true)).rejects.toThrow(/cut short/);
  });
});

describe('settings', () => {
  it('Temporal listens on 127.0.0.1 only, keeps a write-ahead log and reads its queue fast', () => {
    const args = serverArguments({ binary: 't', dataFile: '/d/t.db', port: 7, logFile: '/l' }, 'default');
    expect(args).toContain('--ip=127.0.0.1');
    expect(args).toContain('--headless');
    expect(args).toContain('--sqlite-pragma=journal_mode=wal');
    expect(args).toContain('--dynamic-config-value=history.transferProcessorMaxPollRPS=2000');
    expect(args).toContain('--dynamic-config-value=matching.enableFairness=true');
    expect(args).toContain('--dynamic-config-value=history.workflowTaskRetryMaxInterval="5s"');
  });

  it('a folder others may not enter is found on the way to a file', async () => {
    const closed = join(folder, 'closed');
    await cached(folder, 'closed', (partial) => writeFile(join(partial, 'file'), ''));
    expect(await closedFolder(join(closed, 'file'))).toBe(folder);
  });
});

interface ZipFile {
  readonly name: string;
  readonly text: string;
  readonly mode: number;
  readonly stored: boolean;
}

/** A zip archive as `pip` would find it: local headers, central directory, end record. */
function zip(files: readonly ZipFile[]): Buffer {
  const bodies: Buffer[] = [];
  const listing: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const raw = Buffer.from(file.text);
    const packed = file.stored ? raw : deflateRawSync(raw);
    const name = Buffer.from(file.name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(file.stored ? 0 : 8, 4);
    common.writeUInt32LE(crc32(raw), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(raw.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, name, packed]);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE((0o100000 | file.mode) * 65_536, 6);
    attributes.writeUInt32LE(offset, 10);
    listing.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, attributes, name);
    bodies.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(listing);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...bodies, directory, end]);
}
