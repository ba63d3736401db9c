// SPDX-License-Identifier: Apache-2.0
// A child for process_table_windows_test: ends when its standard input does.
#include <cstdio>

int main() {
  while (std::getchar() != EOF) {
  }
}
