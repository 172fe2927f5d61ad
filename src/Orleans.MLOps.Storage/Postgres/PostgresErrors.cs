using Npgsql;

namespace Orleans.MLOps.Storage.Postgres;

/// <summary>The one place where PostgreSQL's states become the platform's errors.</summary>
internal static class PostgresErrors
{
    public static MLOpsException ToPlatform(Exception error, string doing)
    {
        var message = $"PostgreSQL, {doing}: {error.Message}";
        return error is not PostgresException postgres
            ? new UnavailableException(message, inner: error)
            : postgres.SqlState switch
            {
                PostgresErrorCodes.UniqueViolation => new AlreadyExistsException(message, inner: error),
                PostgresErrorCodes.ForeignKeyViolation => new FailedPreconditionException(message, inner: error),
                PostgresErrorCodes.DiskFull or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ProgramLimitExceeded => new ResourceExhaustedException(message, inner: error),
                PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => new DataLossException(message, inner: error),
                _ when IsCallersFault(postgres.SqlState) => new InvalidInputException(message, inner: error),
                _ => new UnavailableException(message, inner: error),
            };
    }

    /// <summary>Whether a transaction lost against a concurrent one and may simply be run again.</summary>
    public static bool IsConflict(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure };

    /// <summary>Classes 22 (data), 23 (constraints) and 42 (syntax, names), and a statement that must not write or has the wrong number of parameters.</summary>
    private static bool IsCallersFault(string state) =>
        state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal) || state.StartsWith("42", StringComparison.Ordinal)
        || state is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.ProtocolViolation;
}
