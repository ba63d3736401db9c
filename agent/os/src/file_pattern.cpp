// SPDX-License-Identifier: Apache-2.0
#include "file_pattern.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace reeve::os {

namespace {

namespace fs = std::filesystem;

char folded(char c, bool ignore_case) noexcept {
  return ignore_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// One component. Greedy with one point to come back to, so linear in practice and quadratic at worst.
bool matches_name(std::string_view name, std::string_view pattern, bool ignore_case) noexcept {
  std::size_t n = 0, p = 0, star = std::string_view::npos, after_star = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = n;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || folded(pattern[p], ignore_case) == folded(name[n], ignore_case))) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++after_star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

// The first component and what follows its slash.
std::pair<std::string_view, std::string_view> split(std::string_view path) noexcept {
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return {path, {}};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string text_of(const fs::path& path) {
  const auto text = path.generic_u8string();
  return {text.begin(), text.end()};
}

class expansion {
 public:
  explicit expansion(bool ignore_case) : ignore_case_(ignore_case) {}

  void walk(const fs::path& folder, std::string_view rest) {
    while (rest.starts_with('/'))
      rest.remove_prefix(1);
    if (rest.empty()) return found(folder);
    const auto [component, after] = split(rest);
    if (component == "**") {
      if (after.empty()) return everything_below(folder);
      walk(folder, after);
      each(folder, [&](const fs::directory_entry& entry, const std::string&) {
        std::error_code wrong;
        if (entry.is_directory(wrong) && !entry.is_symlink(wrong)) walk(entry.path(), rest);
      });
    } else if (!is_pattern(component)) {
      const fs::path next = folder / fs::path(std::u8string(component.begin(), component.end()));
      std::error_code wrong;
      if (after.empty() ? fs::exists(next, wrong) : fs::is_directory(next, wrong)) walk(next, after);
    } else {
      each(folder, [&, pattern = component, after = after](const fs::directory_entry& entry,
                                                           const std::string& name) {
        if (!matches_name(name, pattern, ignore_case_)) return;
        std::error_code wrong;
        if (after.empty())
          found(entry.path());
        else if (entry.is_directory(wrong))
          walk(entry.path(), after);
      });
    }
  }

  result<std::vector<std::string>> take(std::string_view pattern) {
    if (too_much_)
      return error{errc::limit,
                   cat("the pattern ", pattern, " matches more than ", max_pattern_matches, " files, or ",
                       max_pattern_visits, " files are in the folders it looks into")};
    std::sort(matches_.begin(), matches_.end());
    matches_.erase(std::unique(matches_.begin(), matches_.end()), matches_.end());
    return std::move(matches_);
  }

 private:
  void found(const fs::path& path) {
    if (matches_.size() == max_pattern_matches)
      too_much_ = true;
    else
      matches_.push_back(text_of(path));
  }

  template <class F>
  void each(const fs::path& folder, F&& f) {
    std::error_code wrong;
    fs::directory_iterator entries(folder, fs::directory_options::skip_permission_denied, wrong);
    for (; !wrong && entries != fs::directory_iterator() && !too_much_; entries.increment(wrong)) {
      if (++visited_ > max_pattern_visits)
        too_much_ = true;
      else
        f(*entries, text_of(entries->path().filename()));
    }
  }

  void everything_below(const fs::path& folder) {
    each(folder, [&](const fs::directory_entry& entry, const std::string&) {
      found(entry.path());
      std::error_code wrong;
      if (entry.is_directory(wrong) && !entry.is_symlink(wrong)) everything_below(entry.path());
    });
  }

  bool ignore_case_;
  bool too_much_ = false;
  std::size_t visited_ = 0;
  std::vector<std::string> matches_;
};

} // namespace

bool is_pattern(std::string_view path) noexcept {
  return path.find_first_of("*?") != std::string_view::npos;
}

bool matches_pattern(std::string_view path, std::string_view pattern, bool ignore_case) noexcept {
  while (!pattern.empty()) {
    const auto [component, after] = split(pattern);
    if (component == "**") {
      if (after.empty()) return !path.empty();
      for (;;) {
        if (matches_pattern(path, after, ignore_case)) return true;
        const std::size_t slash = path.find('/');
        if (slash == std::string_view::npos) return false;
        path.remove_prefix(slash + 1);
      }
    }
    const bool last_of_pattern = component.size() == pattern.size();
    const auto [name, below] = split(path);
    const bool last_of_path = name.size() == path.size();
    if (last_of_pattern != last_of_path) return false;
    if (!matches_name(name, component, ignore_case)) return false;
    if (last_of_pattern) return true;
    path = below;
    pattern = after;
  }
  return path.empty();
}

result<std::vector<std::string>> expand_pattern(std::string_view pattern, bool ignore_case) {
  expansion e(ignore_case);
  const fs::path whole(std::u8string(pattern.begin(), pattern.end()));
  const fs::path root = whole.root_path();
  e.walk(root, pattern.substr(std::min(pattern.size(), text_of(root).size())));
  return e.take(pattern);
}

} // namespace reeve::os
