using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Orleans.MLOps.Storage.GrainStorage;

/// <summary>
/// Settings for connections that somebody else opens. The driver's connection string knows neither <c>synchronous</c> nor SQLite's
/// busy handler (the driver waits for locks in sleeps of 150 ms on the caller's thread), so SQLite itself is asked to
/// call back for each new connection; files that were not named are left alone.
/// </summary>
internal static unsafe partial class SqliteConnectionDefaults
{
    private const string Library = "e_sqlite3";
    private const int BusyAttempts = 10_000;

    private static readonly ConcurrentDictionary<string, bool> Files = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();
    private static bool _installed;
    private static long _waits;

    /// <summary>How often a statement of a named file has waited for a lock since the process started.</summary>
    public static long Waits => Interlocked.Read(ref _waits);

    /// <summary>Every connection opened on this connection's file from now on gets the settings.</summary>
    public static void ApplyTo(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT file FROM pragma_database_list WHERE name = 'main'";
        Files.TryAdd((string)command.ExecuteScalar()!, true);
        lock (Gate)
        {
            if (!_installed)
            {
                var code = AutoExtension((nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, int>)&Configure);
                if (code != 0)
                {
                    throw new UnavailableException($"SQLite refused to register connection settings, code {code}.");
                }

                _installed = true;
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Configure(nint database, nint error, nint api)
    {
        var file = Marshal.PtrToStringUTF8(FileName(database, "main"));
        if (file is null || !Files.ContainsKey(file))
        {
            return 0;
        }

        var code = BusyHandler(database, (nint)(delegate* unmanaged[Cdecl]<nint, int, int>)&Wait, 0);
        return code != 0 ? code : Execute(database, "PRAGMA synchronous=FULL", 0, 0, 0);
    }

    /// <summary>A commit takes about a millisecond; SQLite's own handler soon sleeps a hundred, and then others have the lock again.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Wait(nint context, int attempts)
    {
        if (attempts >= BusyAttempts)
        {
            return 0;
        }

        Interlocked.Increment(ref _waits);
        Thread.Sleep(1);
        return 1;
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_auto_extension")]
    private static partial int AutoExtension(nint entryPoint);

    [LibraryImport(Library, EntryPoint = "sqlite3_db_filename", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FileName(nint database, string schema);

    [LibraryImport(Library, EntryPoint = "sqlite3_busy_handler")]
    private static partial int BusyHandler(nint database, nint handler, nint context);

    [LibraryImport(Library, EntryPoint = "sqlite3_exec", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(nint database, string sql, nint callback, nint context, nint error);
}
