package dev.jackdaw.cli;
@picocli.CommandLine.Command(name = "create")
final class CreateCommand implements java.util.concurrent.Callable<Integer> { CreateCommand(Terminal t){} @Override public Integer call(){ return 1; } }
