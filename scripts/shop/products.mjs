/**
 * The shop's sixty products, one a line:
 * sku | name | category | price in dollars | sizes | weight in grams | sleeps (tents) | flags | description
 * Flags: `out` nothing on hand, `low` nearly gone, `final` cannot come back once delivered, `ended` no longer made.
 */
const LINES = `
TNT-110|Marten Solo|tents|189.00|-|1180|1||One-person trekking-pole tent with a side door and a full-length vestibule.
TNT-120|Lapwing 2|tents|259.00|-|1890|2||Free-standing two-person tent for three seasons with two doors and two vestibules.
TNT-125|Lapwing 2 Light|tents|389.00|-|1340|2|low|The Lapwing 2 in thinner fabric, for those who count grams and pitch with care.
TNT-130|Heron 3|tents|329.00|-|2650|3||Three-person family tent with colour-coded poles and a porch one can stand boots in.
TNT-140|Bothy 4|tents|479.00|-|5200|4||Four-person tunnel tent with standing room, for base camps and wet weeks.
TNT-150|Stormpetrel 2|tents|629.00|-|2480|2|out|Two-person four-season geodesic tent with snow skirts, for winter and ridges.
TNT-160|Siskin Tarp 3x3|tents|94.00|-|610|2||Square tarp with sixteen guying points; sleeps two with a groundsheet.
TNT-190|Tent Footprint, two-person|tents|39.00|-|240|-||Groundsheet cut for the Lapwing 2 and Lapwing 2 Light.
SLP-210|Dormouse 10|sleeping|139.00|regular,long|780|-||Summer sleeping bag, synthetic, comfortable down to 10 degrees Celsius.
SLP-220|Dormouse 0|sleeping|189.00|regular,long|1150|-||Three-season sleeping bag, synthetic, comfortable down to 0 degrees Celsius.
SLP-230|Eider -5|sleeping|329.00|regular,long|920|-||Down sleeping bag, 750 fill, comfortable down to minus 5 degrees Celsius.
SLP-240|Eider -15|sleeping|469.00|regular,long|1290|-|low|Winter down bag, 850 fill, comfortable down to minus 15 degrees Celsius.
SLP-250|Moss Pad|sleeping|119.00|regular,wide|480|-||Inflatable sleeping pad, R-value 3.5, with a pump sack.
SLP-255|Moss Pad Winter|sleeping|169.00|regular,wide|620|-||Inflatable sleeping pad, R-value 6.2, for frozen ground.
SLP-260|Fold Mat|sleeping|34.00|-|410|-||Closed-cell foam mat that folds like a map and cannot puncture.
SLP-270|Cotton Bag Liner|sleeping|29.00|-|340|-|final|Liner that keeps a sleeping bag clean and adds a few degrees.
PCK-310|Wren 18|backpacks|79.00|-|520|-||Day pack of 18 litres with a pocket for a water bladder.
PCK-320|Wren 28|backpacks|109.00|-|780|-||Day pack of 28 litres with a rain cover and hip belt.
PCK-330|Curlew 45|backpacks|189.00|S/M,M/L|1250|-||Weekend pack of 45 litres, adjustable back.
PCK-340|Curlew 60|backpacks|229.00|S/M,M/L|1580|-||Trekking pack of 60 litres, adjustable back, front access.
PCK-350|Skua 38 Alpine|backpacks|199.00|S/M,M/L|1080|-|low|Climbing pack of 38 litres with ice-axe loops and a strippable lid.
PCK-360|Drift Child Carrier|backpacks|289.00|-|3100|-||Child carrier with sunshade, to 22 kg of child and load.
PCK-370|Roll Sack Set|backpacks|36.00|-|210|-||Three waterproof roll-top sacks of 5, 10 and 20 litres.
FTW-410|Scree Mid GTX Boots|footwear|219.00|6,7,8,9,10,11,12|1120|-||Waterproof leather hiking boots with a stiff sole for rough paths.
FTW-420|Scree Low|footwear|149.00|6,7,8,9,10,11,12|820|-||Low hiking shoes on the sole of the Scree Mid.
FTW-430|Brook Runner|footwear|139.00|6,7,8,9,10,11,12|560|-||Trail running shoes with a 4 mm drop and deep lugs.
FTW-440|Tarn Sandals|footwear|84.00|6,7,8,9,10,11|540|-||Strap sandals for river crossings and camp.
FTW-450|Rime Winter Boots|footwear|249.00|7,8,9,10,11|1480|-|out|Insulated boots, comfortable to minus 25 degrees Celsius.
FTW-460|Merino Hiking Socks, two pairs|footwear|32.00|S,M,L|150|-|final|Cushioned merino socks, guaranteed for three years against holes.
FTW-470|Gravel Gaiters|footwear|38.00|S,M,L|180|-||Short gaiters that keep stones and snow out of low shoes.
CLO-510|Squall Jacket|clothing|249.00|XS,S,M,L,XL|390|-||Three-layer rain jacket with pit zips and a helmet-size hood.
CLO-515|Squall Trousers|clothing|169.00|XS,S,M,L,XL|330|-||Rain trousers with full-length side zips.
CLO-520|Ptarmigan Down Jacket|clothing|279.00|XS,S,M,L,XL|360|-||Down jacket, 800 fill, packs into its own pocket.
CLO-525|Ptarmigan Vest|clothing|189.00|XS,S,M,L,XL|240|-|low|The down jacket without sleeves.
CLO-530|Heather Fleece|clothing|99.00|XS,S,M,L,XL|310|-||Grid fleece with thumb loops and a chest pocket.
CLO-540|Merino Base Top|clothing|89.00|XS,S,M,L,XL|190|-||Long-sleeved merino shirt, 180 g per square metre.
CLO-545|Merino Base Tights|clothing|84.00|XS,S,M,L,XL|180|-|final|Merino tights to wear under trousers.
CLO-550|Boulder Trousers|clothing|109.00|28,30,32,34,36,38|340|-||Stretch trousers for climbing and walking.
CLO-560|Ridge Sun Hoody|clothing|74.00|XS,S,M,L,XL|170|-||Light hooded shirt, UPF 50.
CLO-570|Fell Beanie|clothing|28.00|-|60|-||Knitted merino hat.
CLO-575|Granite Gloves|clothing|59.00|S,M,L,XL|120|-||Windproof gloves with leather palms.
COK-610|Ember Stove|cooking|49.00|-|85|-||Folding gas stove of 85 grams, boils a litre in four minutes.
COK-620|Ember Integrated System|cooking|139.00|-|420|-||Stove and one-litre pot in one, works in wind.
COK-630|Titanium Pot 900|cooking|64.00|-|115|-||Pot of 900 ml with folding handles.
COK-640|Trail Cutlery Set|cooking|18.00|-|55|-||Fork, knife and long spoon of hard-anodised aluminium.
COK-650|Gas Canister 230 g|cooking|8.50|-|380|-|final|Isobutane and propane, screw valve. Ships by ground only.
COK-660|Lentil Stew, freeze-dried|cooking|11.50|-|140|-|final|Vegan meal for one, 620 kcal, pour hot water and wait eight minutes.
COK-665|Porridge with Berries, freeze-dried|cooking|8.00|-|110|-|final|Breakfast for one, 480 kcal.
LGT-710|Glow 300 Headlamp|lighting|44.00|-|86|-||Headlamp of 300 lumens, charged by USB-C, with a red light.
LGT-720|Glow 700 Headlamp|lighting|89.00|-|132|-||Headlamp of 700 lumens for running and climbing at night.
LGT-730|Camp Lantern|lighting|39.00|-|190|-||Dimmable lantern with a hook, runs 60 hours.
NAV-740|Bearing Compass|navigation|42.00|-|48|-||Baseplate compass with declination adjustment and a mirror.
NAV-750|Waymark GPS|navigation|349.00|-|210|-|low|Handheld GPS with maps of the national parks, 35 hours a charge.
WTR-810|Brook Water Filter|water|46.00|-|74|-||Squeeze filter of 0.1 micron with a one-litre pouch.
WTR-820|Steel Bottle 750|water|34.00|sand,moss,slate|330|-||Insulated bottle of 750 ml, keeps cold a day.
WTR-830|Hydration Bladder 2 L|water|38.00|-|160|-|final|Bladder with a hose and a bite valve.
CLM-910|Karst Harness|climbing|79.00|S,M,L|390|-||Climbing harness with four gear loops.
CLM-920|Karst Rope 9.5 mm, 60 m|climbing|199.00|-|3540|-|final|Single dynamic rope with a middle mark.
CLM-930|Quickdraw Set of Six|climbing|96.00|-|600|-||Six quickdraws of 12 cm with keylock carabiners.
ACC-990|Trekking Poles, pair|accessories|99.00|-|460|-|ended|Aluminium folding poles with cork grips. The last of their kind.
`;

/** How many are on hand for the n-th size of a product: varied, and zero for some sizes of things that do not run out. */
function onHand(flags, productIndex, sizeIndex) {
  if (flags.includes('out')) return 0;
  if (flags.includes('low')) return (productIndex + sizeIndex) % 3;
  const quantity = (productIndex * 7 + sizeIndex * 11) % 29;
  return quantity < 3 ? 0 : quantity;
}

export const products = LINES.trim()
  .split('\n')
  .map((line, index) => {
    const [sku, name, category, price, sizes, weight, sleeps, flagText, description] = line.split('|');
    const flags = flagText.split(',');
    return {
      sku,
      name,
      category,
      priceCents: Math.round(Number(price) * 100),
      weightGrams: Number(weight),
      sleeps: sleeps === '-' ? null : Number(sleeps),
      returnable: !flags.includes('final'),
      discontinued: flags.includes('ended'),
      restockInDays: flags.includes('out') ? 12 + (index % 9) : null,
      description,
      stock: (sizes === '-' ? ['one size'] : sizes.split(',')).map((size, sizeIndex) => ({
        size,
        onHand: onHand(flags, index, sizeIndex),
      })),
    };
  });
