// SPDX-License-Identifier: Apache-2.0
#include "exposition_reader.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace reeve::test {

std::string exposed_sample::label(std::string_view label_name) const {
  for (const auto& [key, text] : labels)
    if (key == label_name) return text;
  return {};
}

const exposed_family* exposition::family(std::string_view name) const {
  const auto at =
      std::find_if(families.begin(), families.end(), [&](const auto& f) { return f.name == name; });
  return at == families.end() ? nullptr : &*at;
}

std::vector<const exposed_sample*> exposition::all(std::string_view name, wanted_labels wanted) const {
  std::vector<const exposed_sample*> out;
  for (const auto& s : samples) {
    const bool fits = s.name == name && std::all_of(wanted.begin(), wanted.end(), [&](const auto& pair) {
                        return s.label(pair.first) == pair.second;
                      });
    if (fits) out.push_back(&s);
  }
  return out;
}

const exposed_sample* exposition::find(std::string_view name, wanted_labels wanted) const {
  const auto found = all(name, wanted);
  return found.empty() ? nullptr : found.front();
}

std::optional<double> exposition::value(std::string_view name, wanted_labels wanted) const {
  const auto* found = find(name, wanted);
  return found ? std::optional(found->value) : std::nullopt;
}

namespace detail {
namespace {
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
} // namespace

bool cursor::accept(std::string_view token) {
  if (rest_.substr(0, token.size()) != token) return false;
  rest_.remove_prefix(token.size());
  return true;
}

void cursor::expect(std::string_view token) {
  if (!accept(token)) throw fault(cat("expected '", token, "' before '", rest_, "'"));
}

void cursor::skip_blanks() {
  while (accept(" ") || accept("\t")) {
  }
}

std::string_view cursor::word() {
  const auto word = rest_.substr(0, rest_.find_first_of(" \t"));
  rest_.remove_prefix(word.size());
  return word;
}

std::string cursor::name(bool colon_allowed, const char* what) {
  std::size_t size = 0;
  while (size < rest_.size() && (is_letter(rest_[size]) || (colon_allowed && rest_[size] == ':') ||
                                 (size > 0 && is_digit(rest_[size]))))
    ++size;
  if (size == 0) throw fault(cat("expected ", what, " before '", rest_, "'"));
  std::string out(rest_.substr(0, size));
  rest_.remove_prefix(size);
  return out;
}

std::string cursor::metric_name() {
  return name(true, "a metric name");
}

std::string cursor::label_name() {
  std::string out = name(false, "a label name");
  if (out.compare(0, 2, "__") == 0) throw fault(cat("the label name ", out, " is reserved"));
  return out;
}

std::string cursor::quoted_value() {
  std::size_t size = 0;
  while (size < rest_.size() && rest_[size] != '"')
    size += rest_[size] == '\\' ? 2 : 1;
  if (size >= rest_.size()) throw fault("a label value has no closing quote");
  std::string out = unescape(rest_.substr(0, size), true);
  rest_.remove_prefix(size + 1);
  return out;
}

std::string unescape(std::string_view text, bool quotes_escaped) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quotes_escaped && text[i] == '"') throw fault("a quote is not escaped");
    if (text[i] != '\\') {
      out.push_back(text[i]);
      continue;
    }
    const char escaped = ++i < text.size() ? text[i] : '\0';
    if (escaped == 'n')
      out.push_back('\n');
    else if (escaped == '\\' || (escaped == '"' && quotes_escaped))
      out.push_back(escaped);
    else
      throw fault("a backslash escapes nothing known");
  }
  return out;
}

std::optional<double> decimal_number(std::string_view text) {
  std::string_view rest = text;
  const auto digits = [&rest] {
    std::size_t n = 0;
    while (n < rest.size() && is_digit(rest[n]))
      ++n;
    rest.remove_prefix(n);
    return n;
  };
  const auto sign = [&rest] {
    if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) rest.remove_prefix(1);
  };
  sign();
  std::size_t mantissa = digits();
  if (!rest.empty() && rest[0] == '.') {
    rest.remove_prefix(1);
    mantissa += digits();
  }
  if (mantissa == 0) return std::nullopt;
  if (!rest.empty() && (rest[0] == 'e' || rest[0] == 'E')) {
    rest.remove_prefix(1);
    sign();
    if (digits() == 0) return std::nullopt;
  }
  if (!rest.empty()) return std::nullopt;
  if (text[0] == '+') // from_chars takes no plus sign
    text.remove_prefix(1);
  double out = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (code != std::errc{} || end != text.data() + text.size())
    return std::nullopt; // beyond what a double holds
  return out;
}

family_book::family_book(exposition& out, std::string untyped,
                         std::function<suffix_list(std::string_view)> suffixes)
    : out_(out), untyped_(std::move(untyped)), suffixes_(std::move(suffixes)) {}

exposed_family& family_book::describe(const std::string& name) {
  auto& families = out_.families;
  if (families.empty() || families.back().name != name) {
    if (!names_.insert(name).second)
      throw fault(cat("the family ", name, " was already there; its lines must stand together"));
    exposed_family fresh;
    fresh.name = name;
    fresh.type = untyped_;
    families.push_back(std::move(fresh));
  }
  if (families.back().sample_count > 0)
    throw fault(cat("the description of ", name, " comes after its samples"));
  return families.back();
}

void family_book::help(const std::string& name, std::string text) {
  auto& family = describe(name);
  if (std::exchange(family.has_help, true)) throw fault(cat("a second HELP for ", name));
  family.help = std::move(text);
}

void family_book::type(const std::string& name, const std::string& type) {
  auto& family = describe(name);
  if (std::exchange(family.has_type, true)) throw fault(cat("a second TYPE for ", name));
  family.type = type;
  claim(out_.families.size() - 1);
}

void family_book::unit(const std::string& name, const std::string& unit) {
  auto& family = describe(name);
  if (!unit_given_.insert(name).second) throw fault(cat("a second UNIT for ", name));
  family.unit = unit;
}

void family_book::claim(std::size_t index) {
  const auto& family = out_.families[index];
  for (const auto suffix : suffixes_(family.type)) {
    const auto [at, fresh] = owner_of_sample_.emplace(cat(family.name, suffix), index);
    if (!fresh)
      throw fault(cat("the families ", family.name, " and ", out_.families[at->second].name,
                      " both own the name ", at->first));
  }
}

std::size_t family_book::of_sample(const std::string& sample_name) {
  auto owner = owner_of_sample_.find(sample_name);
  if (owner == owner_of_sample_.end()) {
    describe(sample_name);
    if (out_.families.back().has_type) // its TYPE would have claimed the name
      throw fault(cat("a ", out_.families.back().type, " has no sample named ", sample_name));
    claim(out_.families.size() - 1);
    owner = owner_of_sample_.find(sample_name);
  }
  if (owner->second + 1 != out_.families.size())
    throw fault(cat("a sample of ", out_.families[owner->second].name, " stands outside its family"));
  ++out_.families.back().sample_count;
  return owner->second;
}

label_list identity(const label_list& labels, std::string_view without) {
  label_list out;
  for (const auto& label : labels)
    if (!label.second.empty() && (without.empty() || label.first != without)) out.push_back(label);
  std::sort(out.begin(), out.end());
  return out;
}

void refuse_repeated_names(const label_list& labels) {
  std::set<std::string_view> seen;
  for (const auto& label : labels)
    if (!seen.insert(label.first).second) throw fault(cat("the label ", label.first, " is there twice"));
}

namespace {
double bound_of(const exposed_sample& s, std::string_view label) {
  const std::string text = s.label(label);
  if (text == "+Inf") return HUGE_VAL;
  const auto bound = decimal_number(text);
  if (!bound) throw fault(cat(s.name, " needs a number in its label ", label, ", not '", text, "'"));
  return *bound;
}
} // namespace

void check_histogram(std::span<const exposed_sample* const> metric, const std::string& family,
                     histogram_names names) {
  const exposed_sample *last = nullptr, *count = nullptr, *sum = nullptr;
  double last_bound = -HUGE_VAL;
  for (const auto* s : metric) {
    if (s->name == cat(family, names.count))
      count = s;
    else if (s->name == cat(family, names.sum))
      sum = s;
    if (s->name != cat(family, "_bucket")) continue;
    const double bound = bound_of(*s, "le");
    if (last && bound <= last_bound) throw fault(cat("the buckets of ", family, " do not ascend"));
    if (last && s->value < last->value) throw fault(cat("the buckets of ", family, " are not cumulative"));
    last = s;
    last_bound = bound;
  }
  if (!last || last_bound != HUGE_VAL) throw fault(cat("the histogram ", family, " has no +Inf bucket"));
  if (!count != !sum) throw fault(cat("the histogram ", family, " has a count or a sum, not both"));
  if (count && count->value != last->value)
    throw fault(cat("the count of ", family, " differs from its +Inf bucket"));
}

void check_summary(std::span<const exposed_sample* const> metric, const std::string& family) {
  for (const auto* s : metric) {
    if (s->name != family) continue;
    const double quantile = bound_of(*s, "quantile");
    if (!(quantile >= 0 && quantile <= 1)) throw fault(cat("a quantile of ", family, " lies outside 0 to 1"));
  }
}

void for_each_metric(
    const exposition& e, const std::function<std::string(const exposed_family&)>& own_label,
    const std::function<void(const exposed_family&, std::span<const exposed_sample* const>)>& check) {
  std::map<std::pair<std::size_t, label_list>, std::vector<const exposed_sample*>> metrics;
  for (const auto& s : e.samples)
    metrics[{s.family, identity(s.labels, own_label(e.families[s.family]))}].push_back(&s);
  for (const auto& [key, metric] : metrics)
    check(e.families[key.first], metric);
}

} // namespace detail
} // namespace reeve::test
