// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/strings.hpp"
#include "reeve/config/load.hpp"
#include "tests/support/temp_dir.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace reeve::config::test {

inline std::string utf8(const std::filesystem::path& path) {
  const std::u8string text = path.u8string();
  return {text.begin(), text.end()};
}

// A path that is absolute on this system; nothing needs to be there.
inline std::string absolute(std::string_view name) {
  return utf8(std::filesystem::temp_directory_path() / name);
}

// A folder with a main file and files of conf.d.
class config_folder {
 public:
  explicit config_folder(std::string_view main_text) { write("reeve.toml", main_text); }

  void write(std::string_view name, std::string_view text) const {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    reeve::test::write_file(path, text);
  }
  std::filesystem::path path(std::string_view name = "reeve.toml") const { return folder_ / name; }
  loaded load() const { return config::load(utf8(path())); }

  // Each as "FILE:LINE:COLUMN: MESSAGE | HINT"; FILE is relative to the folder and left out for the main
  // file.
  std::vector<std::string> problems() const {
    std::vector<std::string> out;
    for (const diagnostic& d : load().problems) {
      std::string file = d.where.file == utf8(path()) ? std::string() : d.where.file;
      std::string line = cat(file.empty() ? "" : cat(short_name(file), ":"), d.where.line, ":",
                             d.where.column, ": ", short_name(d.message));
      if (!d.hint.empty()) line += cat(" | ", d.hint);
      out.push_back(std::move(line));
    }
    return out;
  }

 private:
  std::string short_name(std::string text) const {
    for (const std::string& prefix :
         {utf8(folder_.path() / ""), utf8(folder_.path().generic_u8string() + u8"/")})
      for (std::size_t at; (at = text.find(prefix)) != text.npos;)
        text.erase(at, prefix.size());
    for (std::size_t at; (at = text.find("conf.d\\")) != text.npos;)
      text[at + 6] = '/';
    return text;
  }

  reeve::test::temp_dir folder_;
};

inline loaded load_text(std::string_view text) {
  return config_folder(text).load();
}
inline std::vector<std::string> problems_of(std::string_view text) {
  return config_folder(text).problems();
}

} // namespace reeve::config::test
