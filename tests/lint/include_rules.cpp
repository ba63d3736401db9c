// SPDX-License-Identifier: Apache-2.0
#include "include_rules.hpp"

#include <algorithm>
#include <fstream>
#include <set>

namespace reeve::lint {

namespace fs = std::filesystem;

const std::map<std::string, std::set<std::string>>& allowed_folders() {
  static const std::map<std::string, std::set<std::string>> table{
      {"base", {}},
      {"os", {"base"}},
      {"config", {"base"}},
      {"telemetry", {"base"}},
      {"store", {"base"}},
      {"plugin_host", {"base", "store", "telemetry", "os", "api"}},
      {"rules", {"base", "store"}},
      {"supervise", {"base", "config", "telemetry", "os"}},
      {"remedy", {"base", "config", "telemetry", "rules", "supervise", "os"}},
      {"exposition", {"base", "store", "telemetry"}},
      {"http", {"base", "exposition", "os"}},
      {"schedule", {"base", "plugin_host", "store", "rules", "remedy"}},
      {"webhook", {"base", "config"}},
  };
  return table;
}

const std::vector<library>& libraries() {
  static const std::vector<library> table{
      {"toml++/", {"agent/config/"}},
      {"spdlog/", {"agent/telemetry/"}},
      {"fmt/", {"agent/telemetry/"}},
      {"boost/dll", {"agent/plugin_host/"}},
      {"boost/beast", {"agent/http/", "tests/support/", "tests/unit/http/", "bench/http/"}},
      {"boost/asio", {"agent/http/", "agent/app/", "tests/", "bench/"}},
      {"boost/json", {"agent/cli/", "agent/webhook/", "tests/"}},
      {"boost/system", {"agent/", "tests/", "bench/"}},
      {"boost/core", {"agent/http/", "tests/"}},
      {"boost/", {}},
      {"prometheus/", {"tests/", "bench/"}},
      {"CLI/", {"agent/cli/", "tests/unit/cli/"}},
      {"re2/",
       {"plugins/process-watch/", "agent/config/", "agent/http/", "agent/rules/", "agent/webhook/",
        "agent/os/src/counters/"}},
      {"zlib.h", {"agent/http/", "tests/", "bench/"}},
      {"openssl/", {"agent/os/src/posix/"}},
      {"gtest/", {"tests/", "plugins/"}},
      {"gmock/", {"tests/", "plugins/"}},
      {"benchmark/", {"bench/"}},
      {"windows.h",
       {"agent/os/src/windows/windows.hpp", "plugins/eventlog-writer/windows/windows.hpp",
        "tests/support/windows/"}},
  };
  return table;
}

namespace {

// Headers that only one system has. Tests and benchmarks keep theirs in folders named after the system, or in files
// that are built on one system only, which the build files say.
bool is_system_header(std::string_view name) {
  static const std::set<std::string_view> names{
      "arpa/inet.h", "dirent.h",   "dlfcn.h",  "fcntl.h", "grp.h",   "io.h",     "netdb.h",    "poll.h",
      "process.h",   "pthread.h",  "pwd.h",    "sched.h", "spawn.h", "syslog.h", "termios.h",  "unistd.h",
      "winsock2.h",  "ws2tcpip.h", "malloc.h", "psapi.h", "sddl.h",  "aclapi.h", "tlhelp32.h", "winternl.h"};
  return names.contains(name) || name.starts_with("sys/") || name.starts_with("linux/") ||
         name.starts_with("netinet/");
}

std::string agent_folder(std::string_view file) {
  constexpr std::string_view agent = "agent/";
  if (!file.starts_with(agent)) return {};
  const std::string_view rest = file.substr(agent.size());
  const std::size_t slash = rest.find('/');
  return slash == std::string_view::npos ? std::string() : std::string(rest.substr(0, slash));
}

// "reeve/store/batch.hpp" -> "store"; "reeve/plugin.h" -> "api".
std::string included_folder(std::string_view name) {
  constexpr std::string_view own = "reeve/";
  if (!name.starts_with(own)) return {};
  const std::string_view rest = name.substr(own.size());
  const std::size_t slash = rest.find('/');
  return slash == std::string_view::npos ? "api" : std::string(rest.substr(0, slash));
}

bool is_test_of_plugin(std::string_view file) {
  return file.starts_with("plugins/") && file.find("_test") != std::string_view::npos;
}

// A plugin that truly needs the system keeps that in a folder of its own, named after the system: plugins/x/linux/y.cpp.
bool is_system_part_of_plugin(std::string_view file) {
  if (!file.starts_with("plugins/")) return false;
  const std::string_view inside =
      file.substr(std::min(file.find('/', std::string_view("plugins/").size()), file.size()));
  return inside.starts_with("/linux/") || inside.starts_with("/windows/");
}

std::string check_own(std::string_view file, std::string_view name) {
  const std::string target = included_folder(name);
  if (file.starts_with("plugin-api/"))
    return target.empty() || target == "api" ? "" : "plugin-api includes nothing of the agent";
  if (file.starts_with("plugins/"))
    return target.empty() || target == "api" || is_test_of_plugin(file) ? ""
                                                                        : "a plugin includes plugin-api only";
  const std::string from = agent_folder(file);
  const auto rule = allowed_folders().find(from);
  if (rule == allowed_folders().end() || target.empty() || target == from) return {};
  if (rule->second.contains(target)) return {};
  return "agent/" + from + " may not include " + (target == "api" ? "plugin-api" : "agent/" + target);
}

std::string check_library(std::string_view file, std::string_view name) {
  for (const library& l : libraries()) {
    if (!name.starts_with(l.prefix)) continue;
    for (const std::string_view user : l.users)
      if (file.starts_with(user)) return {};
    return "<" + std::string(name) + "> does not belong here";
  }
  const bool shared =
      file.starts_with("agent/") || file.starts_with("plugins/") || file.starts_with("plugin-api/");
  const bool seam = file.starts_with("agent/os/src/linux/") || file.starts_with("agent/os/src/posix/") ||
                    file.starts_with("agent/os/src/windows/") || is_system_part_of_plugin(file);
  if (is_system_header(name) && shared && !seam && !is_test_of_plugin(file))
    return "<" + std::string(name) + "> belongs behind agent/os";
  return {};
}

// The name of a relative include must be a file of the same folder of the agent or the same plugin.
std::string check_relative(const fs::path& root, const std::string& file, const std::string& name) {
  if (!file.starts_with("agent/") && !file.starts_with("plugins/")) return {};
  if (is_test_of_plugin(file)) return {};
  // The command line judges with what of a plugin needs no host.
  if (file.starts_with("agent/cli/") && name.starts_with("plugins/") && fs::exists(root / name)) return {};
  if (name.find("..") != std::string::npos) return "\"" + name + "\" climbs out of its folder";
  const fs::path here = (root / file).parent_path() / name;
  if (fs::exists(here)) return {};
  const std::size_t plugin_end = file.find('/', std::string_view("plugins/").size());
  if (file.starts_with("plugins/") && fs::exists(root / file.substr(0, plugin_end) / name)) return {};
  for (const std::string_view folder : {"src", "include"}) {
    const fs::path in_src = root / "agent" / agent_folder(file) / folder / name;
    if (!agent_folder(file).empty() && fs::exists(in_src)) return {};
  }
  return "\"" + name + "\" is not a file of this folder";
}

bool is_system_conditional(std::string_view line) {
  if (!line.starts_with("#if") && !line.starts_with("#elif")) return false;
  return line.find("_WIN32") != std::string_view::npos || line.find("__linux__") != std::string_view::npos ||
         line.find("__MINGW32__") != std::string_view::npos ||
         line.find("__unix__") != std::string_view::npos;
}

std::string check_line(const fs::path& root, const std::string& file, const std::string& line) {
  std::string text = line;
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t'; });
  const bool may_ask =
      file.starts_with("agent/os/") || file.starts_with("plugin-api/") || file.starts_with("tests/abi/");
  if (is_system_conditional(text) && !may_ask)
    return "only agent/os and the build files ask which system this is";
  constexpr std::string_view include = "#include";
  if (!text.starts_with(include) || text.size() < include.size() + 2) return {};
  const char open = text[include.size()];
  const std::size_t end = text.find(open == '<' ? '>' : '"', include.size() + 1);
  if ((open != '<' && open != '"') || end == std::string::npos) return {};
  const std::string name = text.substr(include.size() + 1, end - include.size() - 1);
  if (name.starts_with("reeve/")) return check_own(file, name);
  return open == '<' ? check_library(file, name) : check_relative(root, file, name);
}

bool is_source(const fs::path& path) {
  static const std::set<std::string> endings{".c", ".cpp", ".h", ".hpp"};
  return endings.contains(path.extension().string());
}

} // namespace

std::vector<violation> check_includes(const fs::path& root) {
  std::vector<violation> out;
  for (const char* top : {"agent", "plugins", "plugin-api", "tests", "bench"}) {
    if (!fs::exists(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      const std::string file = fs::relative(entry.path(), root).generic_string();
      std::ifstream in(entry.path());
      std::string line;
      for (unsigned number = 1; std::getline(in, line); ++number)
        if (std::string what = check_line(root, file, line); !what.empty())
          out.push_back({file, number, what});
    }
  }
  std::sort(out.begin(), out.end(), [](const violation& a, const violation& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
  return out;
}

} // namespace reeve::lint
