// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace reeve::config {

inline constexpr std::size_t largest_file_bytes = 1u << 20;

// std::filesystem takes a std::string for the system's code page, which on Windows is not UTF-8.
std::filesystem::path to_path(std::string_view utf8);
std::string to_utf8(const std::filesystem::path& path);

// The whole file. The message says why not, without naming the file.
result<std::string> read_file(const std::string& path);

} // namespace reeve::config
