// SPDX-License-Identifier: Apache-2.0
#include "parser.hpp"

#include "functions.hpp"
#include "operators.hpp"
#include "pattern.hpp"
#include "type_check.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace reeve::rules {

namespace {

constexpr int most_nested = 200; // parentheses, calls and signs within each other
constexpr int most_parts = 1000; // a + a + a is as deep as it is long, and walked down by calls

} // namespace

boost::system::result<expression_ptr, expression_problem> parser::parse() {
  if (!advance()) return problem_;
  expression_ptr out = read_binary(0);
  if (out && now_.kind != token_kind::end) {
    fail(now_.offset, cat("unexpected ", shown(now_)), {});
    out = nullptr;
  }
  if (!out) return problem_;
  if (out->type == value_type::range)
    return expression_problem{out->offset, "a range alone is no value of one moment",
                              "put a function around it, as in rate(NAME[5m])"};
  return out;
}

std::nullptr_t parser::fail(std::size_t offset, std::string message, std::string hint) {
  problem_ = {offset, std::move(message), std::move(hint)};
  return nullptr;
}

void parser::sort_labels(std::vector<std::string>& labels) {
  std::ranges::sort(labels);
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
}

bool parser::advance() {
  return lexer_.next(now_, problem_);
}

bool parser::expect(std::string_view sign, std::string_view after) {
  if (!now_.is(sign)) {
    fail(now_.offset, cat("expected \"", sign, "\" ", after, ", not ", shown(now_)), {});
    return false;
  }
  return advance();
}

std::string parser::shown(const token& t) {
  return t.kind == token_kind::end ? "the end" : cat("\"", excerpt_of(t.written), "\"");
}

template <class T>
expression_ptr parser::checked(std::size_t offset, T what) {
  if (++parts_ > most_parts)
    return fail(offset, cat("more than ", most_parts, " parts in one expression"),
                "make several rules of it");
  auto made = std::make_unique<expression>();
  made->offset = offset;
  made->is = std::move(what);
  if (auto wrong = type_check(*made)) {
    problem_ = *std::move(wrong);
    return nullptr;
  }
  return made;
}

expression_ptr parser::read_binary(int least) {
  const nested here(depth_);
  if (depth_ > most_nested)
    return fail(now_.offset, cat("more than ", most_nested, " expressions within each other"), {});
  expression_ptr left = read_signed();
  while (left) {
    if (now_.is_word("atan2")) return fail(now_.offset, "atan2 is not in the subset", {});
    const operator_row* const op = find_operator(now_);
    if (!op || op->binds < least) return left;
    const std::size_t at = now_.offset;
    if (!advance()) return nullptr;
    binary_expression made;
    made.op = op->op;
    if (!read_matching(made)) return nullptr;
    // Of the left of two alike the first is done first, but for powers.
    made.right = read_binary(op->op == binary_operator::power ? op->binds : op->binds + 1);
    if (!made.right) return nullptr;
    made.left = std::move(left);
    left = checked(at, std::move(made));
  }
  return nullptr;
}

// What may stand between the operator and its right side.
bool parser::read_matching(binary_expression& into) {
  if (now_.is_word("bool")) {
    if (!is_comparison(into.op)) {
      fail(now_.offset, "bool goes with comparisons alone", {});
      return false;
    }
    into.gives_bool = true;
    if (!advance()) return false;
  }
  if (now_.is_word("on") || now_.is_word("ignoring")) {
    into.is_on = now_.is_word("on");
    into.has_matching = true;
    if (!advance() || !read_label_list(into.labels)) return false;
    sort_labels(into.labels);
  }
  if (now_.is_word("group_left") || now_.is_word("group_right")) {
    fail(now_.offset, cat(now_.written, ": many samples to one are not in the subset"),
         "bring the side of many down to one each first, as in max by (LABEL) (...)");
    return false;
  }
  return true;
}

expression_ptr parser::read_signed() {
  if (!now_.is("-") && !now_.is("+")) return read_modified();
  const bool is_negative = now_.is("-");
  const std::size_t at = now_.offset;
  if (!advance()) return nullptr;
  expression_ptr of = read_binary(binds_power);
  if (!of) return nullptr;
  if (of->type == value_type::range) return fail(at, "a sign cannot stand before a range", {});
  if (const auto* number = std::get_if<number_literal>(&of->is))
    return checked(at, number_literal{is_negative ? -number->value : number->value});
  return checked(at, signed_expression{is_negative, std::move(of)});
}

expression_ptr parser::read_modified() {
  expression_ptr out = read_operand();
  while (out) {
    if (now_.is("[")) {
      out = read_range(std::move(out));
    } else if (now_.is_word("offset")) {
      out = read_offset(std::move(out));
    } else if (now_.is("@")) {
      return fail(now_.offset, "@ is not in the subset: rules look at the present", "use offset");
    } else {
      return out;
    }
  }
  return nullptr;
}

expression_ptr parser::read_range(expression_ptr of) {
  const std::size_t at = now_.offset;
  const char* const bracket = now_.written.data();
  if (!advance()) return nullptr;
  const std::size_t comment = std::string_view(bracket, now_.offset - at).find('#');
  if (comment != std::string_view::npos)
    return fail(at + comment, "a comment cannot stand before the duration", {});
  if (now_.kind != token_kind::duration) {
    return fail(now_.offset, cat("expected a duration, not ", shown(now_)), "as in [5m]");
  }
  const std::int64_t range = now_.duration_ms;
  if (range == 0) return fail(now_.offset, "a range must be longer than nothing", {});
  if (!advance()) return nullptr;
  if (now_.written.starts_with(':')) // a name may begin with it
    return fail(now_.offset, "subqueries are not in the subset",
                "take the range of a metric, and have for or times ask how long something holds");
  if (!expect("]", "after the range")) return nullptr;
  const auto* const picked = std::get_if<selector>(&of->is);
  if (!picked || in_parentheses_ == of.get())
    return fail(at, "a range goes with a selector alone", "as in rate(NAME[5m])");
  if (picked->range_ms != 0) return fail(at, "there is a range already", {});
  if (picked->offset_ms != 0) return fail(at, "the range goes before the offset", "as in NAME[5m] offset 1h");
  selector longer = *picked;
  longer.range_ms = range;
  return checked(of->offset, std::move(longer));
}

expression_ptr parser::read_offset(expression_ptr of) {
  const std::size_t at = now_.offset;
  if (!advance()) return nullptr;
  const bool is_negative = now_.is("-");
  if (is_negative && !advance()) return nullptr;
  if (now_.kind != token_kind::duration)
    return fail(now_.offset, cat("expected a duration, not ", shown(now_)), "as in offset 5m");
  const auto* const picked = std::get_if<selector>(&of->is);
  if (!picked || in_parentheses_ == of.get())
    return fail(at, "offset goes with a selector alone", "as in NAME offset 5m");
  if (picked->offset_ms != 0) return fail(at, "there is an offset already", {});
  if (now_.duration_ms == 0) return fail(now_.offset, "an offset must be longer than nothing", {});
  selector moved = *picked;
  moved.offset_ms = is_negative ? -now_.duration_ms : now_.duration_ms;
  if (!advance()) return nullptr;
  return checked(of->offset, std::move(moved));
}

expression_ptr parser::read_operand() {
  const token t = now_;
  in_parentheses_ = nullptr;
  switch (t.kind) {
  case token_kind::number:
    return advance() ? checked(t.offset, number_literal{t.number}) : nullptr;
  case token_kind::name:
    return read_named();
  case token_kind::text:
    return fail(t.offset, "a string is no value here", {});
  case token_kind::duration:
    return fail(t.offset, cat("a duration is no value here"), "write seconds as a number");
  case token_kind::end:
    return fail(t.offset, "the expression ends where a value should stand", {});
  case token_kind::sign:
    break;
  }
  if (t.is("{")) return read_selector(t, {});
  if (!t.is("(")) return fail(t.offset, cat("expected a value, not ", shown(t)), {});
  if (!advance()) return nullptr;
  expression_ptr inner = read_binary(0);
  if (!inner || !expect(")", "at the end of the parentheses")) return nullptr;
  in_parentheses_ = inner.get();
  return inner;
}

// Words of the language are names of metrics too, where nothing else can be meant.
expression_ptr parser::read_named() {
  const token name = now_;
  if (!advance()) return nullptr;
  if (const auto what = find_aggregator(name.written);
      what && (now_.is("(") || now_.is_word("by") || now_.is_word("without")))
    return read_aggregation(name, *what);
  if (now_.is_word("by") || now_.is_word("without"))
    return fail(name.offset, cat("there is no aggregation ", name.written, " in the subset"),
                instead_of("quantile"));
  if (now_.is("(")) return read_call(name);
  if (is_same_word(name.written, "inf")) return checked(name.offset, number_literal{infinity});
  if (is_same_word(name.written, "nan")) return checked(name.offset, number_literal{not_a_number});
  for (const std::string_view word : {"bool", "on", "ignoring", "group_left", "group_right", "atan2"})
    if (is_same_word(name.written, word))
      return fail(name.offset, cat("\"", name.written, "\" cannot stand here"), {});
  return read_selector(name, name.written);
}

expression_ptr parser::read_aggregation(const token& name, aggregator what) {
  aggregation made;
  made.what = what;
  const auto read_grouping = [&] {
    made.is_without = now_.is_word("without");
    return advance() && read_label_list(made.labels);
  };
  const bool is_before = !now_.is("(");
  if (is_before && !read_grouping()) return nullptr;
  std::vector<expression_ptr> arguments;
  if (!read_arguments(arguments)) return nullptr;
  if (!is_before && (now_.is_word("by") || now_.is_word("without")) && !read_grouping()) return nullptr;
  sort_labels(made.labels);
  const bool takes_parameter = what == aggregator::topk || what == aggregator::bottomk;
  if (arguments.size() != (takes_parameter ? 2u : 1u))
    return fail(name.offset,
                cat(name.written, takes_parameter ? " takes a number and a vector" : " takes one vector",
                    ", and there ", arguments.size() == 1 ? "is 1" : cat("are ", arguments.size())),
                {});
  if (takes_parameter) made.parameter = std::move(arguments.front());
  made.of = std::move(arguments.back());
  return checked(name.offset, std::move(made));
}

expression_ptr parser::read_call(const token& name) {
  const function* const what = find_function(name.written);
  if (!what) {
    std::vector<std::string_view> known;
    for (const function& f : all_functions())
      known.push_back(f.name);
    for (int a = 0; a <= static_cast<int>(aggregator::bottomk); ++a)
      known.push_back(name_of(static_cast<aggregator>(a)));
    std::string hint = instead_of(name.written);
    if (const std::string_view near = did_you_mean(name.written, known); hint.empty() && !near.empty())
      hint = cat("did you mean ", near, "?");
    return fail(name.offset, cat("there is no function ", name.written, " in the subset"), std::move(hint));
  }
  function_call made{what, {}};
  return read_arguments(made.arguments) ? checked(name.offset, std::move(made)) : nullptr;
}

bool parser::read_arguments(std::vector<expression_ptr>& into) {
  if (!expect("(", "before the arguments")) return false;
  if (now_.is(")")) return advance();
  for (;;) {
    into.push_back(read_binary(0));
    if (!into.back()) return false;
    if (!now_.is(",")) return expect(")", "after the arguments");
    if (!advance()) return false;
  }
}

// (a, b,): a comma at the end is allowed.
bool parser::read_label_list(std::vector<std::string>& into) {
  if (!expect("(", "before the labels")) return false;
  while (!now_.is(")")) {
    if (now_.kind != token_kind::name || now_.written.find(':') != std::string_view::npos ||
        now_.is_word("inf") || now_.is_word("nan") || now_.is_word("without")) {
      fail(now_.offset, cat("expected a label's name, not ", shown(now_)), {});
      return false;
    }
    into.emplace_back(now_.written);
    if (!advance()) return false;
    if (now_.is(")")) break;
    if (!expect(",", "between labels")) return false;
  }
  return advance();
}

expression_ptr parser::read_selector(const token& begin, std::string_view metric) {
  selector made;
  made.metric = metric;
  if (now_.is("{")) {
    if (!advance()) return nullptr;
    while (!now_.is("}")) {
      if (!read_matcher(made)) return nullptr;
      if (now_.is("}")) break;
      if (!expect(",", "between matchers")) return nullptr;
    }
    if (!advance()) return nullptr;
  }
  const auto selects = [](const matcher& m) { return !m.accepts({}); };
  if (made.metric.empty() && std::ranges::none_of(made.matchers, selects))
    return fail(begin.offset, "the selector takes every series there is",
                "name a metric, or a label with a value");
  for (auto m = made.matchers.begin(); made.metric.empty() && m != made.matchers.end(); ++m)
    if (m->name == metric_name_label && m->is == matcher::relation::equal && !m->value.empty()) {
      made.metric = m->value;
      made.matchers.erase(m);
      break;
    }
  return checked(begin.offset, std::move(made));
}

bool parser::read_matcher(selector& into) {
  const token name = now_;
  if (name.kind != token_kind::name || name.written.find(':') != std::string_view::npos) {
    fail(name.offset, cat("expected a label's name, not ", shown(name)), "as in {name=\"value\"}");
    return false;
  }
  if (!advance()) return false;
  static constexpr std::array<std::string_view, 4> relations{"=", "!=", "=~", "!~"};
  const auto which = std::ranges::find_if(relations, [&](std::string_view sign) { return now_.is(sign); });
  if (which == relations.end()) {
    fail(now_.offset, cat("expected =, !=, =~ or !~ after ", name.written, ", not ", shown(now_)), {});
    return false;
  }
  if (!advance()) return false;
  if (now_.kind != token_kind::text) {
    fail(now_.offset, cat("expected a string, not ", shown(now_)), "quote the value");
    return false;
  }
  if (name.written == metric_name_label && !into.metric.empty()) {
    fail(name.offset, "the metric's name is given twice", {});
    return false;
  }
  matcher m{std::string(name.written), static_cast<matcher::relation>(which - relations.begin()), now_.text,
            nullptr};
  if (m.is == matcher::relation::matches || m.is == matcher::relation::matches_not) {
    auto made = pattern::make(m.value);
    if (!made) {
      fail(now_.offset, made.error().message, "the dialect is RE2's: no look-around, no references back");
      return false;
    }
    m.regex = *std::move(made);
  }
  into.matchers.push_back(std::move(m));
  return advance();
}

boost::system::result<expression_ptr, expression_problem> parse_expression(std::string_view text) {
  if (!is_utf8(text)) return expression_problem{0, "the expression is no valid UTF-8", {}};
  return parser(text).parse();
}

} // namespace reeve::rules
