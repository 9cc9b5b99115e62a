// What is no event, for the resolvers that write events: this follows each of them, since AppSync takes one
// file a resolver.
// Looks at the fields that are given; which have to be is each resolver's own. (The form's own function looks
// closer: it knows which days there are.)

const LONGEST = 256;
const DATE = '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])(T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d)?)?$';

function check(fields) {
  if (fields.name?.trim() === '') {
    refuse('`name` is blank');
  }
  checkLength('name', fields.name);
  checkLength('location', fields.location);
  checkDate('dt_start', fields.dt_start);
  checkDate('dt_end', fields.dt_end);
  const { dt_start, dt_end } = fields;
  if (dt_start && dt_end && moment(dt_end, '23:59:59') < moment(dt_start, '00:00:00')) {
    refuse(`\`dt_end\` is \`${dt_end}\`, and must not be before \`dt_start\`, \`${dt_start}\``);
  }
}

function checkLength(name, text) {
  if (text?.length > LONGEST) {
    refuse(`\`${name}\` has ${text.length} characters, at most ${LONGEST} are allowed`);
  }
}

function checkDate(name, text) {
  if (typeof text === 'string' && !util.matches(DATE, text)) {
    refuse(`\`${name}\` must be a date such as \`2024-02-09\` or \`2024-02-09T18:30\``);
  }
}

// To the second, as texts that sort by time; of a whole day the moment at that time of day.
function moment(date, time) {
  const text = date.length === 10 ? `${date}T${time}` : date;
  return text.length === 16 ? `${text}:00` : text;
}

function refuse(message) {
  util.error(message, 'BadRequest');
}
