// A value with its unit: a word in Latin letters stands apart, 个 and % do not.
export const withUnit = (text, unit) => (/^[A-Za-z]/.test(unit) ? `${text} ${unit}` : `${text}${unit}`);
