using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orleans.MLOps.Gateway.Tests.Support;

/// <summary>Keeps the warnings and errors that are logged.</summary>
public sealed class LogLines : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(string Message, Exception? Error)> Lines { get; } = new();

    /// <summary>The messages of warnings.</summary>
    public ConcurrentQueue<string> Warnings { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel == LogLevel.Warning)
        {
            Warnings.Enqueue(formatter(state, exception));
        }
        else if (IsEnabled(logLevel))
        {
            Lines.Enqueue((formatter(state, exception), exception));
        }
    }

    public void Dispose()
    {
    }
}
