// Reads DMN files with dmn-moddle, the reader of dmn-js, and decides cases with feelin. The glue is our own.
// From standard input: [{ xml, cases: [[fact in column order, …], …] }, …]; to standard output one answer for each:
// { warnings, same, rules, own, annotations, decided: [{ matches, outcome, violation }, …] }
import { readFileSync } from 'node:fs';
import { DmnModdle } from 'dmn-moddle';
import { evaluate, unaryTest } from 'feelin';

const moddle = new DmnModdle();
const bare = (answer) => (answer && typeof answer === 'object' && 'value' in answer ? answer.value : answer);
const literal = (text) => (text && text.trim() ? bare(evaluate(text, {})) : null);
const tableOf = (definitions) =>
  definitions.drgElement.find((one) => one.decisionLogic?.$type === 'dmn:DecisionTable').decisionLogic;

const remembered = new Map();
function passes(text, fact, type) {
  if (!text || text.trim() === '-') return true;
  const key = JSON.stringify([text, type, fact]);
  if (!remembered.has(key)) {
    const value = type === 'date' && fact !== null ? bare(evaluate(`date("${fact}")`, {})) : fact;
    remembered.set(key, bare(unaryTest(text, { '?': value })) === true);
  }
  return remembered.get(key);
}

// DMN 1.3, 8.2.10 and 8.2.11. A value that is not listed comes last in the order of priority.
function decide(table, rows, facts) {
  const matches = rows.flatMap((row, at) =>
    row.when.every((text, column) => passes(text, facts[column], table.input[column].inputExpression.typeRef)) ? [at] : []);
  const shown = (then) =>
    then.length === 1 ? then[0] : Object.fromEntries(table.output.map((one, at) => [one.name, then[at]]));
  if (!matches.length) {
    const otherwise = table.output.map((one) => literal(one.defaultOutputEntry?.text));
    return { matches, outcome: otherwise.some((one) => one !== null) ? shown(otherwise) : null, violation: false };
  }
  const thens = matches.map((at) => rows[at].then);
  const refused = { matches, outcome: null, violation: true };
  const inOrder = () => {
    const listed = table.output.map((one) => literal(one.outputValues?.text ? `[${one.outputValues.text}]` : '') ?? []);
    const rank = (then) => then.map((value, at) => (listed[at].indexOf(value) + listed[at].length + 1) % (listed[at].length + 1));
    const compare = (a, b) => rank(a).map((one, at) => one - rank(b)[at]).find((one) => one) ?? 0;
    return [...thens].sort(compare);
  };
  const numbers = thens.map((then) => then[0]);
  const answers = {
    UNIQUE: () => (matches.length > 1 ? refused : shown(thens[0])),
    ANY: () => (new Set(thens.map((then) => JSON.stringify(then))).size > 1 ? refused : shown(thens[0])),
    FIRST: () => shown(thens[0]),
    PRIORITY: () => shown(inOrder()[0]),
    'RULE ORDER': () => thens.map(shown),
    'OUTPUT ORDER': () => inOrder().map(shown),
    COLLECT: () => thens.map(shown),
    SUM: () => numbers.reduce((sum, one) => sum + one, 0),
    MIN: () => Math.min(...numbers),
    MAX: () => Math.max(...numbers),
    COUNT: () => numbers.length,
  };
  const answer = answers[table.aggregation ?? table.hitPolicy ?? 'UNIQUE']();
  return answer === refused ? refused : { matches, outcome: answer, violation: false };
}

const annotationsOf = (table) => (table.rule ?? []).map((rule) => (rule.annotationEntry ?? []).map((one) => one.text ?? ''));
// what another program put beside the standard's elements: name, attributes and text
const othersOf = (element) =>
  (element.extensionElements?.values ?? []).map((one) => [one.$type, { ...one }, one.$body ?? '']);
const seen = (definitions) => {
  const table = tableOf(definitions);
  return {
    rules: (table.rule ?? []).length,
    own: othersOf(definitions),
    ofRules: (table.rule ?? []).map(othersOf),
    annotations: annotationsOf(table),
    cells: (table.rule ?? []).map((rule) => [...rule.inputEntry, ...rule.outputEntry].map((one) => one.text ?? '')),
  };
};

async function answer({ xml, cases }) {
  const { rootElement, warnings } = await moddle.fromXML(xml, 'dmn:Definitions');
  const written = await moddle.toXML(rootElement);
  const again = await moddle.fromXML(written.xml, 'dmn:Definitions');
  const table = tableOf(rootElement);
  const rows = (table.rule ?? []).map((rule) => ({
    when: rule.inputEntry.map((one) => one.text),
    then: rule.outputEntry.map((one) => literal(one.text)),
  }));
  return {
    warnings: [...warnings, ...again.warnings].map((one) => one.message),
    same: JSON.stringify(seen(rootElement)) === JSON.stringify(seen(again.rootElement)),
    written: written.xml,
    rules: rows.length,
    own: othersOf(rootElement).length,
    annotations: annotationsOf(table),
    decided: cases.map((facts) => decide(table, rows, facts)),
  };
}

const given = JSON.parse(readFileSync(0, 'utf8'));
const answers = [];
for (const one of given) answers.push(await answer(one));
process.stdout.write(JSON.stringify(answers));
