using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Postgres;

/// <summary>
/// The one writer of a silo. It sends whatever waits as one pipelined batch in one transaction and commits once. Only when a statement
/// fails, or a requirement does not hold, is the group run again write by write under savepoints, so that each gets its own answer.
/// </summary>
internal sealed partial class PostgresWriter : IAsyncDisposable
{
    private const int MaxGroup = 1000;
    private const int ConflictAttempts = 5;

    private readonly NpgsqlDataSource _source;
    private readonly ILogger _logger;
    private readonly WriteInbox _inbox;
    private readonly List<PendingWrite> _group = new(MaxGroup);
    private readonly Task _running;

    public PostgresWriter(NpgsqlDataSource source, int queueCapacity, ILogger logger)
    {
        (_source, _logger, _inbox) = (source, logger, new WriteInbox(queueCapacity));
        _running = Task.Run(RunAsync);
    }

    public Task<TableWriteResult> WriteAsync(TableWrite write, CancellationToken cancellationToken) => _inbox.WriteAsync(write, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _inbox.Close();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (await _inbox.WaitAsync().ConfigureAwait(false))
        {
            _inbox.Take(_group, MaxGroup);
            if (_group.Count > 0)
            {
                await WriteGroupAsync().ConfigureAwait(false);
                _group.Clear();
            }
        }
    }

    private async Task WriteGroupAsync()
    {
        IReadOnlyList<WriteOutcome> outcomes;
        try
        {
            outcomes = await CommitAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            var failure = error as MLOpsException ?? PostgresErrors.ToPlatform(error, "committing a group of writes");
            LogGroupFailed(_logger, _group.Count, failure);
            foreach (var pending in _group)
            {
                pending.TrySetException(failure);
            }

            return;
        }

        // Refusals are told after the commit too: they may rest on what a neighbour in this group wrote.
        for (var i = 0; i < _group.Count; i++)
        {
            outcomes[i].Deliver(_group[i]);
        }
    }

    private async Task<IReadOnlyList<WriteOutcome>> CommitAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryTogetherAsync().ConfigureAwait(false) ?? await OneByOneAsync().ConfigureAwait(false);
            }
            catch (PostgresException error) when (PostgresErrors.IsConflict(error) && attempt < ConflictAttempts)
            {
                // Nothing was committed; the other transaction has gone on meanwhile.
            }
        }
    }

    /// <summary>The whole group as one batch; null when a write must be refused, and then nothing was committed.</summary>
    private async Task<IReadOnlyList<WriteOutcome>?> TryTogetherAsync()
    {
        await using var connection = await _source.OpenConnectionAsync().ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
        List<WriteOutcome> outcomes;
        try
        {
            outcomes = await PostgresWriteExecution.ExecuteAsync(connection, transaction, _group.ConvertAll(pending => pending.Write)).ConfigureAwait(false);
        }
        catch (PostgresException error) when (!PostgresErrors.IsConflict(error) && PostgresErrors.ToPlatform(error, "") is not UnavailableException)
        {
            return null;
        }

        if (!outcomes.TrueForAll(outcome => outcome.Result!.Applied))
        {
            return null;
        }

        await transaction.CommitAsync().ConfigureAwait(false);
        return outcomes;
    }

    private async Task<IReadOnlyList<WriteOutcome>> OneByOneAsync()
    {
        // Not the connection of the failed attempt: what failed there may have broken it.
        await using var connection = await _source.OpenConnectionAsync().ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync().ConfigureAwait(false);
        var outcomes = new List<WriteOutcome>(_group.Count);
        foreach (var pending in _group)
        {
            outcomes.Add(await PostgresWriteExecution.ExecuteAsync(connection, transaction, pending.Write).ConfigureAwait(false));
        }

        await transaction.CommitAsync().ConfigureAwait(false);
        return outcomes;
    }

    [LoggerMessage(LogLevel.Error, "A group of {Count} table writes failed; nothing of it is acknowledged")]
    private static partial void LogGroupFailed(ILogger logger, int count, Exception error);
}
