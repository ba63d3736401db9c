// SPDX-License-Identifier: Apache-2.0
#include "json.hpp"
#include "ps/printable.hpp"
#include "rules/agent_request.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/clock.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/base/text_fields.hpp"
#include "reeve/remedy/silences.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::cli {

namespace {

constexpr auto longest = std::chrono::days(3650);

struct silence_options {
  std::string instance = "default";
  std::vector<std::string> matchers;
  std::string duration = "2h";
  std::string comment;
  std::uint64_t remove = 0;
  bool json = false;
};

int fail(const std::string& message) {
  std::fprintf(stderr, "reeve: %s\n", message.c_str());
  return app::exit_failed;
}

// As the agent answers, see reeve/app/control_requests.hpp.
std::optional<remedy::silence> read_silence(std::string_view line) {
  remedy::silence out;
  std::int64_t until = 0;
  if (!read_number(take_until(line, '\t'), out.id) || !read_number(take_until(line, '\t'), until))
    return std::nullopt;
  out.until = nanoseconds(until);
  out.by = take_until(line, '\t');
  out.comment = take_until(line, '\t');
  while (!line.empty()) {
    remedy::label_matcher m;
    m.name = take_until(line, '\t');
    m.is_equal = take_until(line, '\t') == "1";
    m.value = take_until(line, '\t');
    out.matchers.push_back(std::move(m));
  }
  return out;
}

boost::json::object to_json(const remedy::silence& s) {
  boost::json::array matchers;
  for (const remedy::label_matcher& m : s.matchers)
    matchers.push_back({{"name", m.name}, {"value", m.value}, {"is_equal", m.is_equal}});
  return {{"number", s.id},
          {"matchers", std::move(matchers)},
          {"until", format_utc(s.until)},
          {"by", s.by},
          {"comment", s.comment}};
}

int show(const silence_options& o) {
  const auto answer = ask_about_rules(o.instance, "silences");
  if (!answer) return fail(answer.error().message);
  boost::json::array all;
  std::string text;
  for (std::string_view rest = *answer; !rest.empty();) {
    const auto s = read_silence(take_until(rest, '\n'));
    if (!s) return fail("the agent's answer cannot be read");
    all.push_back(to_json(*s));
    text += cat(printable(describe(*s)), "\n");
  }
  if (o.json)
    print_json(all);
  else
    std::fputs(text.empty() ? "Nothing is silenced.\n" : text.c_str(), stdout);
  return app::exit_ok;
}

int remove(const silence_options& o) {
  const auto answer = ask_about_rules(o.instance, cat("unsilence ", o.remove));
  if (!answer) return fail(answer.error().message);
  std::printf("The silence %llu is over.\n", static_cast<unsigned long long>(o.remove));
  return app::exit_ok;
}

int add(const silence_options& o) {
  const nanoseconds until = system_clock().unix_time() + *parse_duration(o.duration); // checked
  std::string request = cat("silence ", until.count(), "\n", o.comment, "\n");
  for (const std::string& m : o.matchers)
    request += cat(m, "\n");
  const auto answer = ask_about_rules(o.instance, request);
  if (!answer) return fail(answer.error().message);
  std::string_view rest = *answer;
  const std::string number(take_until(rest, '\n'));
  while (!rest.empty())
    std::fprintf(stderr, "reeve: warning: there is no rule or mapping \"%s\" now\n",
                 std::string(take_until(rest, '\n')).c_str());
  std::printf("Nothing is done about %s for %s. To end that: reeve silence --remove %s%s\n",
              o.matchers.size() == 1 ? o.matchers.front().c_str() : "what matches all of these",
              o.duration.c_str(), number.c_str(),
              o.instance == "default" ? "" : cat(" --instance ", o.instance).c_str());
  return app::exit_ok;
}

} // namespace

void add_silence(CLI::App& root, context& c) {
  CLI::App* verb =
      root.add_subcommand("silence", "Have rules and alerts do nothing for a time, or show what is silenced");
  auto o = std::make_shared<silence_options>();
  verb->add_option("MATCHER", o->matchers,
                   "name=value or name!=value of a label; the name `rule` is that of the rule")
      ->check(CLI::Validator(
          [](std::string& text) {
            const auto read = remedy::matcher_from(text);
            return read ? std::string() : read.error().message;
          },
          ""));
  const CLI::Option* const how_long =
      verb->add_option("--for", o->duration, "For how long")
          ->capture_default_str()
          ->type_name("DURATION")
          ->check(CLI::Validator(
              [](std::string& text) {
                const auto read = parse_duration(text);
                if (!read) return read.error().message;
                return *read <= longest
                           ? std::string()
                           : cat("\"", text, "\": a silence lasts ", longest.count(), "d at most");
              },
              ""));
  const CLI::Option* const comment =
      verb->add_option("--comment", o->comment, "Why, for those who wonder")
          ->check(CLI::Validator(
              [](std::string& text) {
                return text.find('\n') == text.npos ? std::string() : std::string("a comment has one line");
              },
              ""));
  const CLI::Option* const removed =
      verb->add_option("--remove", o->remove, "End the silence of this number")->type_name("NUMBER");
  verb->add_option("-i,--instance", o->instance, "Which agent: its [agent] instance")->capture_default_str();
  verb->add_flag("--json", o->json, "Print what is silenced as JSON");
  verb->footer(
      "All matchers must match. A silenced rule goes on firing and is told; nothing is done about it.\n\n"
      "Examples:\n  reeve silence\n  reeve silence rule=leak --for 30m --comment 'upgrade'\n"
      "  reeve silence --remove 3");
  verb->callback([o, how_long, comment, removed, &c] {
    const bool is_new = !o->matchers.empty(), says_how = how_long->count() + comment->count() > 0;
    if (removed->count() > 0 && (is_new || says_how || o->json))
      throw CLI::ValidationError("--remove stands alone");
    if (is_new && o->json) throw CLI::ValidationError("--json is for the list, without a matcher");
    if (!is_new && says_how)
      throw CLI::ValidationError("say what is to be silenced, as in: reeve silence rule=leak --for 30m");
    c.status = removed->count() > 0 ? remove(*o) : is_new ? add(*o) : show(*o);
  });
}

} // namespace reeve::cli
