package dev.jackdaw.cli;
@picocli.CommandLine.Command(name = "verify")
final class VerifyCommand implements java.util.concurrent.Callable<Integer> { VerifyCommand(Terminal t){} @Override public Integer call(){ return 1; } }
