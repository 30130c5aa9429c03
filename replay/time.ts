/** A protobuf timestamp in milliseconds; 0 where there is none. */
export function timeOf(
  time: { readonly seconds?: { toString(): string } | null; readonly nanos?: number | null } | null | undefined,
): number {
  return Number(time?.seconds?.toString() ?? 0) * 1_000 + (time?.nanos ?? 0) / 1_000_000;
}
