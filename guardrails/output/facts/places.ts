/** Which cities the airport codes stand for: a reply may name a city where the tools have only its code, and the other way. */
const AIRPORTS =
  'ATL Atlanta|AUS Austin|BNA Nashville|BOS Boston|BWI Baltimore|CLE Cleveland|CLT Charlotte|DCA Washington|DEN Denver|DFW Dallas|DTW Detroit|EWR Newark,New York|FLL Fort Lauderdale|HNL Honolulu|HOU Houston|IAD Washington|IAH Houston|JFK New York|LAS Las Vegas|LAX Los Angeles|LGA New York,LaGuardia|MCI Kansas City|MCO Orlando|MDW Chicago|MIA Miami|MSP Minneapolis|OAK Oakland|ORD Chicago|PDX Portland|PHL Philadelphia|PHX Phoenix|PIT Pittsburgh|RDU Raleigh|SAN San Diego|SAT San Antonio|SEA Seattle|SFO San Francisco|SJC San Jose|SLC Salt Lake City|SMF Sacramento|STL St Louis|TPA Tampa|YUL Montreal|YVR Vancouver|YYZ Toronto|MEX Mexico City|GRU Sao Paulo|EZE Buenos Aires|BOG Bogota|LIM Lima|SCL Santiago|AMS Amsterdam|ARN Stockholm|ATH Athens|BCN Barcelona|BER Berlin|BRU Brussels|BUD Budapest|CDG Paris|ORY Paris|CPH Copenhagen|DUB Dublin|DUS Dusseldorf|EDI Edinburgh|FCO Rome|FRA Frankfurt|GVA Geneva|HAM Hamburg|HEL Helsinki|IST Istanbul|LGW London|LHR London|LIS Lisbon|MAD Madrid|MAN Manchester|MUC Munich|MXP Milan|NCE Nice|OPO Porto|OSL Oslo|OTP Bucharest|PRG Prague|STN London|VCE Venice|VIE Vienna|WAW Warsaw|ZRH Zurich|CAI Cairo|CPT Cape Town|JNB Johannesburg|NBO Nairobi|AUH Abu Dhabi|DOH Doha|DXB Dubai|TLV Tel Aviv|BOM Mumbai|DEL Delhi|BKK Bangkok|HKG Hong Kong|HND Tokyo|NRT Tokyo|ICN Seoul|KIX Osaka|KUL Kuala Lumpur|MNL Manila|PEK Beijing|PVG Shanghai|SIN Singapore|TPE Taipei|AKL Auckland|BNE Brisbane|MEL Melbourne|SYD Sydney';

const CITIES = new Map<string, readonly string[]>();
const CODES = new Map<string, string[]>();
for (const entry of AIRPORTS.toLowerCase().split('|')) {
  const [code, names] = [entry.slice(0, 3), entry.slice(4).split(',')];
  CITIES.set(code, names);
  for (const name of names) CODES.set(name, [...(CODES.get(name) ?? []), code]);
}

/** Names of the cities of an airport, both in lower case. */
export function citiesOf(code: string): readonly string[] {
  return CITIES.get(code) ?? [];
}

/** Codes of the airports of a city, both in lower case. */
export function codesOf(city: string): readonly string[] {
  return CODES.get(city) ?? [];
}
