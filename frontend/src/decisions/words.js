// What the packages say, in the page's language: a file of words/ each, English where there is none.

export async function spoken(language) {
  const known = await wordsOf(language);
  const translate = (words, gaps) => filled(known[words] ?? words, gaps ?? {});
  return { additionalModules: [{ translate: ["value", translate] }] };
}

async function wordsOf(language) {
  try {
    return (await import(`./words/${language}.json`)).default;
  } catch {
    return {};
  }
}

function filled(words, gaps) {
  return words.replace(/{([^}]+)}/g, (gap, name) => gaps[name] ?? gaps[name.trim()] ?? gap);
}
