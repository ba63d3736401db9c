// SPDX-License-Identifier: Apache-2.0
// Text as Event Viewer shows it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reeve::eventlog_writer {

// The source that agent/os registers; a test compares the two.
inline constexpr const wchar_t* event_source_name = L"Reeve";

// UTF-16 with CR LF line ends, cut at `max_units`. Event Viewer takes %1 in an inserted string for another insertion, so a
// blank goes between a % and a digit; a NUL, which would end the string, becomes a blank.
std::wstring event_text(std::string_view utf8, std::size_t max_units);

} // namespace reeve::eventlog_writer
