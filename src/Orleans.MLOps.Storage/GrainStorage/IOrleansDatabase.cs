namespace Orleans.MLOps.Storage.GrainStorage;

/// <summary>The database of Orleans' own ADO.NET providers.</summary>
public interface IOrleansDatabase
{
    /// <summary>The provider name (invariant) to give Orleans.</summary>
    string Provider { get; }

    /// <summary>The connection string to give Orleans. It may hold a password: never log it.</summary>
    string ConnectionString { get; }

    /// <summary>Sees to it that the schema is there before the silo starts. Idempotent.</summary>
    /// <exception cref="FailedPreconditionException">The schema is missing, older or newer than this program needs; the message says what to do.</exception>
    /// <exception cref="UnavailableException">The database cannot be opened.</exception>
    void Prepare();
}
