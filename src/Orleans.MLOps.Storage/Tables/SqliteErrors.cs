using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>The one place where SQLite's result codes become the platform's errors.</summary>
internal static class SqliteErrors
{
    public static MLOpsException ToPlatform(SqliteException error, string doing)
    {
        var message = $"SQLite, {doing}: {error.Message}";
        return error.SqliteErrorCode switch
        {
            raw.SQLITE_CONSTRAINT => Constraint(error, message),
            raw.SQLITE_FULL or raw.SQLITE_NOMEM or raw.SQLITE_TOOBIG => new ResourceExhaustedException(message, inner: error),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new DataLossException(message, inner: error),
            raw.SQLITE_ERROR or raw.SQLITE_MISMATCH or raw.SQLITE_RANGE => new InvalidInputException(message, inner: error),
            _ => new UnavailableException(message, inner: error),
        };
    }

    private static MLOpsException Constraint(SqliteException error, string message) => error.SqliteExtendedErrorCode switch
    {
        raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY or raw.SQLITE_CONSTRAINT_ROWID => new AlreadyExistsException(message, inner: error),
        raw.SQLITE_CONSTRAINT_FOREIGNKEY => new FailedPreconditionException(message, inner: error),
        _ => new InvalidInputException(message, inner: error),
    };
}
