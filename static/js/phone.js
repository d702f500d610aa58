/* The number to dial of a phone field as people fill it in. The rule is that of harbor_portal/lib/phones.py;
   tests/data/phone_cases.json holds both to it. */

const SHORTEST = 5; // digits: 95533, 12345
const LONGEST = 12; // area code and eight digits; what follows is an extension or another number
const LONGEST_ABROAD = 15; // after a plus
const RUN = /\+?(?:0[0-9]{2,3} ?\/)?[0-9() \u2010-\u2015-]+/g;

/** The first number in the text, as digits, with a plus if it begins with one; "" if there is none to dial. */
export function dialled(phone) {
  if (phone.includes("*")) {
    return ""; // masked
  }
  const numbers = (phone.normalize("NFKC").match(RUN) || []).map(numberOf);
  return numbers.find((number) => number.replace("+", "").length >= SHORTEST) || "";
}

function numberOf(run) {
  const [plus, longest] = run.startsWith("+") ? ["+", LONGEST_ABROAD] : ["", LONGEST];
  let number = "";
  for (const group of run.match(/[0-9]+/g) || []) {
    if (number.length + group.length > longest) {
      break;
    }
    number += group;
  }
  return plus + number;
}
