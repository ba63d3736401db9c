// SPDX-License-Identifier: Apache-2.0
#include "processes/follow_file.hpp"
#include "processes/requests.hpp"
#include "verb.hpp"

#include "reeve/app/agent.hpp"
#include "reeve/base/strings.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

namespace reeve::cli {

namespace {

constexpr auto look_again = std::chrono::milliseconds(100);

struct wishes {
  std::vector<std::string> words;
  std::string instance = "default";
  std::size_t lines = 20;
  bool follow = false, hooks = false;
};

int failed(const std::string& message) {
  std::fprintf(stderr, "reeve: %s\n", message.c_str());
  return app::exit_failed;
}

// Whose the lines are is said when there are several.
void print(const std::string& name, bool several, std::string_view text) {
  if (text.empty()) return;
  if (several) std::printf("==> %s <==\n", name.c_str());
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (several && !text.ends_with('\n')) std::fputc('\n', stdout);
  std::fflush(stdout);
}

int logs(const wishes& w) {
  const auto all = ask_status(w.instance);
  if (!all) return failed(all.error().message);
  std::vector<std::pair<std::string, follow_file>> files;
  for (const std::string& word : w.words) {
    bool is_known = false;
    for (const supervise::process_status& s : *all) {
      const bool is_meant =
          word == "all" || s.name == word || std::ranges::find(s.groups, word) != s.groups.end();
      if (!is_meant) continue;
      is_known = true;
      const std::string& file = w.hooks ? s.hook_output : s.output;
      if (!file.empty())
        files.emplace_back(s.name, follow_file(file));
      else if (s.name == word)
        return failed(cat(word, " writes to no file: its output is \"inherit\" or \"none\""));
    }
    if (!is_known)
      return failed(cat("no managed process or group is named \"", word, "\"; see reeve status"));
  }
  const bool several = files.size() > 1;
  for (auto& [name, file] : files) {
    const auto last = file.last_lines(w.lines);
    if (!last) return failed(last.error().message);
    print(name, several, *last);
  }
  while (w.follow) {
    std::this_thread::sleep_for(look_again);
    for (auto& [name, file] : files)
      print(name, several, file.more());
    if (std::ferror(stdout)) return app::exit_failed; // whoever read it is gone
  }
  return app::exit_ok;
}

} // namespace

void add_logs(CLI::App& root, context& c) {
  CLI::App* verb = root.add_subcommand("logs", "Show what managed processes wrote");
  auto w = std::make_shared<wishes>();
  verb->add_option("NAME", w->words, "Names of [[process]] tables or of groups, or all")->required();
  verb->add_option("-n,--lines", w->lines, "So many of the last lines")->capture_default_str();
  verb->add_flag("-f,--follow", w->follow, "Go on with what is written from now on, until Ctrl+C");
  verb->add_flag("--hooks", w->hooks, "What their hooks wrote");
  verb->add_option("-i,--instance", w->instance, "Which agent: its [agent] instance")->capture_default_str();
  verb->footer("It reads the files themselves, so it needs the right to do that.\n\n"
               "Examples:\n  reeve logs web\n  reeve logs web -n 100 -f\n  reeve logs all -f");
  verb->callback([w, &c] { c.status = logs(*w); });
}

} // namespace reeve::cli
