/** Eighty invented customers of the shop: `first last | street | city | region | postal code`, member of the Trail Club if `*`. */
const NAMES = `
Amara Okafor*, Ben Whitlock, Chiara Donati, Dmitri Volkov, Esther Nakamura*, Felix Brandt, Grace Tamayo, Hassan Rahimi*,
Ingrid Solberg, Jonah Pratt, Keiko Mori, Liam Gallagher-Reyes, Marisol Vega*, Nadia Petrova, Owen Fairchild, Priya Raman,
Maya Lindqvist*, Quentin Dubois, Rosa Jimenez, Samuel Adeyemi, Tess Hollis*, Umar Farouk, Violet Ashdown, Wendell Brooks,
Xiomara Cruz, Yusuf Demir, Zoe Papadakis*, Anders Holm, Bianca Ferraro, Caleb Munro, Dalia Haddad, Elliot Penrose*,
Fatima Zahrani, Gideon Marsh, Hana Kovac, Isaac Lowell, Jasmine Truong*, Kofi Mensah, Leonie Vogt, Mateo Salazar,
Nora O'Brien, Oscar Lindgren, Paloma Ortiz*, Rafael Coutinho, Saoirse Byrne, Theo Angelou, Ursula Kent, Victor Nwosu,
Willa Hargrove*, Xavier Laurent, Yara Haidar, Zachary Toms, Abigail Frost, Bruno Keller*, Celeste Moreau, Dev Patel,
Eleni Markou, Freya Nilsen, Gabriel Stone, Harriet Lowe*, Imani Walker, Jakub Nowak, Katarina Bell, Lucas Everett,
Mina Arslan, Noah Castellano*, Olive Tran, Pedro Almeida, Ruth Abernathy, Soren Dahl, Talia Rosen*, Uma Krishnan,
Vera Lindholm, Wyatt Kincaid, Xenia Morozova, Yannick Weber*, Zara Siddiqui, Alma Reinholt, Bertrand Cole, Clara D'Angelo
`;

const STREETS = [
  'Alder Street',
  'Quarry Road',
  'Millrace Lane',
  'Juniper Avenue',
  'Chapel Hill',
  'Ferry Road',
  'Aspen Court',
];

const PLACES = [
  ['Boulder', 'CO', '80302'],
  ['Bend', 'OR', '97701'],
  ['Asheville', 'NC', '28801'],
  ['Burlington', 'VT', '05401'],
  ['Flagstaff', 'AZ', '86001'],
  ['Bozeman', 'MT', '59715'],
  ['Duluth', 'MN', '55802'],
  ['Bellingham', 'WA', '98225'],
  ['Ithaca', 'NY', '14850'],
  ['Chattanooga', 'TN', '37402'],
  ['Moab', 'UT', '84532'],
  ['Portland', 'ME', '04101'],
  ['Santa Cruz', 'CA', '95060'],
];

export const customers = NAMES.trim()
  .split(/,\s*/)
  .map((entry, index) => {
    const club = entry.endsWith('*');
    const name = entry.replace('*', '');
    const [city, region, postalCode] = PLACES[(index * 5) % PLACES.length];
    const mailbox = name
      .toLowerCase()
      .replaceAll(/[^a-z ]/g, '')
      .replaceAll(' ', '.');
    return {
      id: `C-${1001 + index}`,
      name,
      email: `${mailbox}@${index % 3 === 0 ? 'example.org' : 'example.com'}`,
      phone: `+1 555 01${String(index).padStart(2, '0')}`,
      club,
      joinedDaysAgo: 430 + ((index * 37) % 900),
      address: {
        recipient: name,
        street: `${3 + ((index * 17) % 190)} ${STREETS[index % STREETS.length]}`,
        city,
        region,
        postalCode,
        country: 'US',
      },
    };
  });
