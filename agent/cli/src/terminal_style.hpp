// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ps/text_table.hpp"

namespace reeve::cli {

// As wide and as colourful as standard output is; without limit and colours where that is no terminal.
table_style style_of_output();

} // namespace reeve::cli
