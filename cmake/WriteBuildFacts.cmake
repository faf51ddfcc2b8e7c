# Writes the C++ file that says what the program was made of; only when that changed, so that a commit of something else
# compiles one small file and links again. ccache keeps every other object.
#   cmake -DOUT=... -DSOURCE=... -DVERSION=... -DCOMMIT=... -DCOMPILER=... -DBUILD_TYPE=... "-DLIBRARIES=name version|..." -P
set(commit "${COMMIT}")
if(commit STREQUAL "" AND EXISTS "${SOURCE}/.git")
  execute_process(COMMAND git --no-optional-locks -C ${SOURCE} rev-parse HEAD
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  if(failed)
    set(commit "")
  else()
    execute_process(COMMAND git --no-optional-locks -C ${SOURCE} status --porcelain --untracked-files=no
      OUTPUT_VARIABLE changes OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT changes STREQUAL "")
      string(APPEND commit "+changes")
    endif()
  endif()
endif()

set(items "")
string(REPLACE "|" ";" libraries "${LIBRARIES}")
foreach(library IN LISTS libraries)
  string(REGEX MATCH "^([^ ]+) (.+)$" matched "${library}")
  if(matched)
    string(APPEND items "    BuiltWith{\"${CMAKE_MATCH_1}\", \"${CMAKE_MATCH_2}\"},\n")
  endif()
endforeach()
set(text "#include \"cli/commands.hpp\"

namespace mooring::cli {
namespace {

constexpr BuiltWith libraries[] = {
${items}};

constexpr BuildFacts facts{.version = \"${VERSION}\", .commit = \"${commit}\", .compiler = \"${COMPILER}\",
                           .build_type = \"${BUILD_TYPE}\", .libraries = libraries};

} // namespace

const BuildFacts& build_facts() { return facts; }

} // namespace mooring::cli
")
set(before "")
if(EXISTS ${OUT})
  file(READ ${OUT} before)
endif()
if(NOT before STREQUAL text)
  file(WRITE ${OUT} "${text}")
endif()
