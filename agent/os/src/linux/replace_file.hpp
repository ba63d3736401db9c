// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/base/result.hpp"

#include <string>
#include <string_view>

namespace reeve::os {

// The file has this text at once or its old one still, whatever ends this process meanwhile; after a loss of power it has
// one of the texts of late. `path` is relative to `folder`, a descriptor or AT_FDCWD. What was there before is beside it
// afterwards, as PATH.new, and written over the next time.
result<> replace_file(int folder, const std::string& path, std::string_view text);

} // namespace reeve::os
