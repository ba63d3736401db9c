// SPDX-License-Identifier: Apache-2.0
#include "reeve/config/load.hpp"

#include "merge.hpp"
#include "parse.hpp"
#include "read_file.hpp"
#include "read_settings.hpp"
#include "reeve/base/strings.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace reeve::config {

namespace {

// conf.d/*.toml beside `path`, in the order of their names. Hidden files are what editors leave behind.
std::vector<std::string> added_files(const std::string& path, problem_list& problems) {
  namespace fs = std::filesystem;
  const fs::path folder = to_path(path).parent_path() / "conf.d";
  std::error_code status;
  std::vector<std::string> out;
  if (!fs::is_directory(folder, status)) return out;
  fs::directory_iterator entry(folder, status);
  for (; !status && entry != fs::directory_iterator(); entry.increment(status)) {
    const std::string name = to_utf8(entry->path().filename());
    if (name.ends_with(".toml") && !name.starts_with('.')) out.push_back(to_utf8(entry->path()));
  }
  if (status) problems.add({to_utf8(folder), 0, 0}, cat("cannot list the folder: ", status.message()));
  std::ranges::sort(out);
  return out;
}

void sort_by_place(std::vector<diagnostic>& problems, const std::vector<std::string>& files) {
  const auto place = [&](const diagnostic& d) {
    return std::tuple(std::ranges::find(files, d.where.file) - files.begin(), d.where.line, d.where.column);
  };
  std::ranges::stable_sort(problems, {}, place);
}

} // namespace

loaded load(const std::string& path) {
  loaded out;
  problem_list problems(out.texts);
  value_node root;
  root.value = value_node::table{};
  root.where = {path, 1, 1};
  const auto read = [&](const std::string& file, std::string_view hint) {
    out.files.push_back(file);
    result<std::string> text = read_file(file);
    if (!text) {
      problems.add({file, 0, 0}, cat("cannot read the file: ", text.error().message),
                   text.error().code == errc::not_found ? std::string(hint) : std::string());
      return;
    }
    out.texts.add(file, *text);
    if (std::optional<value_node> parsed = parse_toml(file, *text, problems))
      merge(root, std::move(*parsed), problems);
  };
  read(path, "name the configuration file with --config FILE");
  for (const std::string& file : added_files(path, problems))
    read(file, {});
  settings value = read_settings(root, problems);
  out.problems = problems.take();
  sort_by_place(out.problems, out.files);
  if (out.problems.empty()) out.value = std::move(value);
  return out;
}

std::optional<value_node> load_tables(const std::string& path, source_texts& texts, problem_list& problems) {
  result<std::string> text = read_file(path);
  if (!text) {
    problems.add({path, 0, 0}, cat("cannot read the file: ", text.error().message));
    return std::nullopt;
  }
  texts.add(path, *text);
  return parse_toml(path, *text, problems);
}

} // namespace reeve::config
