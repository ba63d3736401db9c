// SPDX-License-Identifier: Apache-2.0
#include "verb.hpp"

#include "rules/agent_request.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/clock.hpp"
#include "reeve/base/strings.hpp"
#include "reeve/remedy/silences.hpp"

#include <CLI/CLI.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace reeve::cli {

namespace {

struct silence_options {
  std::string instance = "default";
  std::vector<std::string> matchers;
  std::string duration = "2h";
  std::string comment;
  std::uint64_t remove = 0;
};

int silence(const silence_options& o) {
  if (o.remove != 0) return print_answer(o.instance, cat("unsilence ", o.remove));
  if (o.matchers.empty()) return print_answer(o.instance, "silences");
  const nanoseconds until = system_clock().unix_time() + *parse_duration(o.duration); // checked
  std::string request = cat("silence ", until.count(), "\n", o.comment, "\n");
  for (const std::string& m : o.matchers)
    request += cat(m, "\n");
  const auto answer = ask_about_rules(o.instance, request);
  if (!answer) {
    std::fprintf(stderr, "reeve: %s\n", answer.error().message.c_str());
    return app::exit_failed;
  }
  std::printf("Nothing is done about %s for %s. To end that: reeve silence --remove %s",
              o.matchers.size() == 1 ? o.matchers.front().c_str() : "what matches all of these",
              o.duration.c_str(), answer->c_str());
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
  verb->add_option("--for", o->duration, "For how long")
      ->capture_default_str()
      ->type_name("DURATION")
      ->check(CLI::Validator(
          [](std::string& text) {
            const auto read = parse_duration(text);
            return read ? std::string() : read.error().message;
          },
          ""));
  verb->add_option("--comment", o->comment, "Why, for those who wonder")
      ->check(CLI::Validator(
          [](std::string& text) {
            return text.find('\n') == text.npos ? std::string() : std::string("a comment has one line");
          },
          ""));
  verb->add_option("--remove", o->remove, "End the silence of this number")->type_name("NUMBER");
  verb->add_option("-i,--instance", o->instance, "Which agent: its [agent] instance")->capture_default_str();
  verb->footer(
      "All matchers must match. A silenced rule goes on firing and is told; nothing is done about it.\n\n"
      "Examples:\n  reeve silence\n  reeve silence rule=leak --for 30m --comment 'upgrade'\n"
      "  reeve silence --remove 3");
  verb->callback([o, &c] { c.status = silence(*o); });
}

} // namespace reeve::cli
