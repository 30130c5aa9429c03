/**
 * Which addresses belong to the internet and which to ourselves. Read from the IANA registries of special-purpose addresses;
 * of IPv6 only what is assigned to the internet counts as public, so that what is invented later does not.
 */
import { isIPv4 } from 'node:net';

/** Network and the number of its leading bits. */
type Network = readonly [address: string, bits: number];

const PRIVATE_V4: readonly Network[] = [
  ['0.0.0.0', 8], // this host
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // shared by the customers of a carrier
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local, with the clouds' metadata services
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
];

const INTERNET_V6: Network = ['2000::', 3];

const PRIVATE_V6: readonly Network[] = [
  ['2001::', 23], // Teredo and other protocols
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: carries any IPv4 address
  ['3fff::', 20], // documentation
];

/** Networks whose last 32 bits are an IPv4 address, which is what is reached. */
const HOLDS_V4: readonly Network[] = [
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96], // NAT64: how IPv6-only hosts reach the IPv4 internet
];

/** @param address IPv4 or IPv6 as the resolver writes it. Anything that is neither is not public */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) {
    const value = bitsOfV4(address);
    return !PRIVATE_V4.some(([network, bits]) => value >> BigInt(32 - bits) === bitsOfV4(network) >> BigInt(32 - bits));
  }
  const value = bitsOfV6(address);
  if (value === undefined) return false;
  if (HOLDS_V4.some((network) => isInV6(value, network))) return isPublicAddress(asV4(value & 0xffffffffn));
  return isInV6(value, INTERNET_V6) && !PRIVATE_V6.some((network) => isInV6(value, network));
}

function isInV6(value: bigint, [network, bits]: Network): boolean {
  const from = bitsOfV6(network);
  return from !== undefined && value >> BigInt(128 - bits) === from >> BigInt(128 - bits);
}

function bitsOfV4(address: string): bigint {
  return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function asV4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 0xffn)).join('.');
}

function bitsOfV6(address: string): bigint | undefined {
  const zone = address.indexOf('%');
  const plain = zone === -1 ? address : address.slice(0, zone);
  // The URL parser knows every way to write one, and writes it as groups of hexadecimal digits.
  if (!/^[\da-f:.]+$/i.test(plain) || !URL.canParse(`http://[${plain}]`)) return undefined;
  const [left = '', right] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const groups = (text = '') => (text === '' ? [] : text.split(':'));
  const head = groups(left);
  const tail = groups(right);
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
