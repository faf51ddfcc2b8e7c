# Files of a folder compiled together, a few at a time, cost half of what they cost one by one: headers are read and templates are
# made once. The sanitizers' builds do so with everything, CI's release build with the tests (its agent/ stays one by one: it is what is
# shipped, and where warnings and missing includes show). lint.joined finds names that would collide.
set(MOORING_JOINED "$ENV{MOORING_JOINED}" CACHE STRING "Compile files of a folder together: empty (none), 'tests' or 'all'")
set(MOORING_APART "" CACHE STRING "Targets whose files are compiled one by one all the same")

# mooring_joined(TARGET KIND): KIND is agent or tests.
function(mooring_joined target kind)
  if(target IN_LIST MOORING_APART)
    return()
  endif()
  if(MOORING_JOINED STREQUAL "all" OR (MOORING_JOINED STREQUAL "tests" AND kind STREQUAL "tests"))
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
  endif()
endfunction()

# mooring_library(FOLDER LINKS...): the static library of agent/FOLDER. Its link line is the architecture (agent/README.md has the table).
# All of them are in the global property MOORING_LIBRARIES.
function(mooring_library folder)
  set_property(GLOBAL APPEND PROPERTY MOORING_LIBRARIES mooring_${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    add_library(mooring_${folder} INTERFACE)
    target_include_directories(mooring_${folder} INTERFACE ${PROJECT_SOURCE_DIR}/agent)
    target_link_libraries(mooring_${folder} INTERFACE ${ARGN})
    return()
  endif()
  add_library(mooring_${folder} STATIC ${sources})
  target_include_directories(mooring_${folder} PUBLIC ${PROJECT_SOURCE_DIR}/agent)
  target_link_libraries(mooring_${folder} PUBLIC ${ARGN} PRIVATE mooring_warnings)
  mooring_joined(mooring_${folder} agent)
endfunction()

# mooring_part_of(LABEL TARGETS...): builds TARGETS with `tests_LABEL`, so that tests/run.sh --quick and --sanitize build only what they run.
function(mooring_part_of label)
  if(NOT TARGET tests_${label})
    add_custom_target(tests_${label})
  endif()
  add_dependencies(tests_${label} ${ARGN})
endfunction()

# mooring_test(NAME [THREADED] LINKS...): one GoogleTest program of the .cpp files here; each of its tests is a CTest case (with a sanitizer,
# the program is).
# THREADED: more than one thread runs in it; in a build with TSan its label is `thread`, which tests/run.sh --thread runs.
function(mooring_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test THREADED "" "")
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  # Tests run in the source folder; a relative path keeps object files the same in every checkout, so that ccache can share them.
  target_compile_definitions(${name} PRIVATE MOORING_SOURCE_DIR=".")
  target_link_libraries(${name} PRIVATE ${test_UNPARSED_ARGUMENTS} GTest::gtest GTest::gtest_main mooring_warnings)
  mooring_joined(${name} tests)
  if(MOORING_SANITIZE) # what is tested stays at -O1: it is what takes the time when they run
    target_compile_options(${name} PRIVATE -O0)
  endif()
  string(REGEX REPLACE "_.*" "" label ${name})
  if(test_THREADED AND MOORING_SANITIZE STREQUAL "thread")
    set(label thread)
  endif()
  mooring_part_of(${label} ${name})
  # With a sanitizer a process takes long to start, so that a program runs all its tests in one.
  if(MOORING_SANITIZE)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT 1200)
  else()
    gtest_discover_tests(${name} NO_PRETTY_VALUES WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${label} TIMEOUT 300)
  endif()
endfunction()
