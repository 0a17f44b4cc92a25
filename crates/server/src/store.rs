//! The persistence file: the broker's records one after the other, each with a checksum.
//!
//! It begins with [`MAGIC`] and [`VERSION`]. A record is its length, the CRC-32 of its bytes (both four
//! bytes, little-endian) and itself in postcard's format. What a crash left unfinished at the end does
//! not pass its checksum: reading ends there, and the rest is cut off. At the start and when it has
//! grown the file is written afresh beside the old one and put in its place.

use midge_broker::Record;
use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

const MAGIC: &[u8; 8] = b"midge-kv";

/// Of the records' format: a file of another one is refused and left alone.
const VERSION: u8 = 1;

/// Length and checksum before each record.
const HEAD_SIZE: usize = 8;

/// A file may grow to so many bytes before it is written afresh, and to a multiple of what it was
/// when that was done last.
const SMALL: u64 = 16 * 1024 * 1024;
const GROWTH: u64 = 4;

/// Takes what was written to a file so far to the disk.
pub(crate) type Sync = fn(&File) -> io::Result<()>;

/// An open persistence file, which no other process has.
#[derive(Debug)]
pub(crate) struct Store {
    path: PathBuf,
    file: Arc<File>,
    sync: Sync,
    size: u64,
    size_afresh: u64,
    buffer: Vec<u8>,
    /// Something was written that the disk may not have.
    is_unsynced: bool,
}

/// What was in a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) records: Vec<Record>,
    /// Bytes at the end that are not records, and were cut off.
    pub(crate) damaged: u64,
}

impl Store {
    /// Opens a file or makes it, and reads what is in it.
    ///
    /// # Errors
    /// A file that cannot be read, is of another kind or version, or that another server has, named
    /// in the text. Damage at the end is not one.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Found)> {
        Self::open_with(path, File::sync_data)
    }

    /// The same with another way to the disk.
    pub(crate) fn open_with(path: &Path, sync: Sync) -> io::Result<(Self, Found)> {
        let explain =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let mut file = options().open(path).map_err(explain)?;
        lock(&file).map_err(explain)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(explain)?;
        let (found, size) = if is_torn_start(&bytes) {
            let damaged = bytes.len() as u64;
            let records = Vec::new();
            (Found { records, damaged }, 0)
        } else {
            let body = body(&bytes).map_err(explain)?;
            let (records, read) = decode(body);
            let damaged = (body.len() - read) as u64;
            (Found { records, damaged }, bytes.len() as u64 - damaged)
        };
        file.set_len(size).map_err(explain)?;
        let mut store = Self {
            path: path.to_owned(),
            file: Arc::new(file),
            sync,
            size,
            size_afresh: 0,
            buffer: Vec::new(),
            is_unsynced: false,
        };
        if size == 0 {
            store.buffer.extend_from_slice(MAGIC);
            store.buffer.push(VERSION);
            store.write().map_err(explain)?;
        }
        Ok((store, found))
    }

    /// Hands records to the system, which keeps them if this process is killed; see [`Self::unsynced`]
    /// for what it takes to keep them when the machine loses its power.
    ///
    /// # Errors
    /// The file cannot be written. What was written in part is cut off at the next start.
    pub(crate) fn append(&mut self, records: &[Record]) -> io::Result<()> {
        for record in records {
            self.encode(record)?;
        }
        self.write()
    }

    /// What makes the disk have the file, if something was written since it was asked for last. When it
    /// fails, nobody can tell what of that is there.
    pub(crate) fn unsynced(
        &mut self,
    ) -> Option<impl FnOnce() -> io::Result<()> + Send + 'static + use<>> {
        let (file, sync) = (Arc::clone(&self.file), self.sync);
        core::mem::take(&mut self.is_unsynced).then_some(move || sync(&file))
    }

    /// Whether something was written since [`Self::unsynced`] was asked last.
    pub(crate) fn is_unsynced(&self) -> bool {
        self.is_unsynced
    }

    /// Whether it has grown so much that [`Self::begin_afresh`] pays.
    pub(crate) fn has_grown(&self) -> bool {
        self.size > SMALL.max(self.size_afresh.saturating_mul(GROWTH))
    }

    /// Puts a file with these records, which say everything there is, in place of this one.
    ///
    /// # Errors
    /// The new file cannot be written; the old one is still in its place.
    pub(crate) fn begin_afresh(&mut self, records: &[Record]) -> io::Result<()> {
        let beside = self.path.with_added_extension("new");
        // What a crash left there is of no use.
        let _ = fs::remove_file(&beside);
        let file = options().open(&beside)?;
        lock(&file)?;
        let mut fresh = Self {
            path: self.path.clone(),
            file: Arc::new(file),
            sync: self.sync,
            size: 0,
            size_afresh: 0,
            buffer: Vec::new(),
            is_unsynced: false,
        };
        fresh.buffer.extend_from_slice(MAGIC);
        fresh.buffer.push(VERSION);
        fresh.append(records)?;
        (self.sync)(&fresh.file)?;
        fs::rename(&beside, &self.path)?;
        sync_folder(&self.path)?;
        fresh.is_unsynced = false;
        fresh.size_afresh = fresh.size;
        *self = fresh;
        Ok(())
    }

    fn encode(&mut self, record: &Record) -> io::Result<()> {
        let start = self.buffer.len();
        self.buffer.extend_from_slice(&[0; HEAD_SIZE]);
        let buffer = core::mem::take(&mut self.buffer);
        self.buffer = postcard::to_extend(record, buffer).map_err(io::Error::other)?;
        let body = &self.buffer[start + HEAD_SIZE..];
        let length = u32::try_from(body.len()).map_err(io::Error::other)?;
        let checksum = crc32fast::hash(body);
        let head = &mut self.buffer[start..start + HEAD_SIZE];
        head[..4].copy_from_slice(&length.to_le_bytes());
        head[4..].copy_from_slice(&checksum.to_le_bytes());
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        (&*self.file).write_all(&self.buffer)?;
        self.size += self.buffer.len() as u64;
        self.is_unsynced = true;
        self.buffer.clear();
        Ok(())
    }
}

/// Makes the disk have a renamed file under its name.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Elsewhere a folder cannot be opened as a file, and need not be.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Readable, and written at the end only.
fn options() -> fs::OpenOptions {
    let mut options = File::options();
    options.read(true).append(true).create(true);
    options
}

fn lock(file: &File) -> io::Result<()> {
    file.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => {
            io::Error::new(io::ErrorKind::WouldBlock, "another server has it open")
        }
        TryLockError::Error(error) => error,
    })
}

/// Whether a crash left nothing but a part of the file's beginning.
fn is_torn_start(bytes: &[u8]) -> bool {
    bytes.len() <= MAGIC.len() && MAGIC.starts_with(bytes)
}

/// The records, behind the beginning.
fn body(bytes: &[u8]) -> io::Result<&[u8]> {
    let refuse = |what: String| Err(io::Error::new(io::ErrorKind::InvalidData, what));
    match bytes.strip_prefix(MAGIC).and_then(<[u8]>::split_first) {
        Some((&VERSION, body)) => Ok(body),
        Some((version, _)) => refuse(format!(
            "its format has version {version}, and this server reads version {VERSION}"
        )),
        None => refuse("it is not a persistence file of midge-server".into()),
    }
}

/// The records up to the first that is damaged, and how many bytes they take.
fn decode(body: &[u8]) -> (Vec<Record>, usize) {
    let mut records = Vec::new();
    let mut rest = body;
    while let Some((record, after)) = decode_one(rest) {
        records.push(record);
        rest = after;
    }
    (records, body.len() - rest.len())
}

fn decode_one(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let (length, bytes) = bytes.split_first_chunk::<4>()?;
    let (checksum, bytes) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let (record, rest) = bytes.split_at_checked(length)?;
    if crc32fast::hash(record) != u32::from_le_bytes(*checksum) {
        return None;
    }
    Some((postcard::from_bytes(record).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn record(serial: u64) -> Record {
        let client_id = "ada".into();
        Record::Done { client_id, serial }
    }

    /// A folder with a file of three records, and their bytes.
    fn written() -> (tempfile::TempDir, PathBuf, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state");
        let (mut store, found) = Store::open(&path).unwrap();
        assert!(found.records.is_empty());
        store.append(&[record(1), record(2)]).unwrap();
        store.append(&[record(3)]).unwrap();
        let bytes = fs::read(&path).unwrap();
        (folder, path, bytes)
    }

    #[test]
    fn what_was_written_is_read_again() {
        let (_folder, path, _) = written();
        let (mut store, found) = Store::open(&path).unwrap();
        assert_eq!(found.records, [record(1), record(2), record(3)]);
        assert_eq!(found.damaged, 0);
        store.begin_afresh(&[record(4)]).unwrap();
        store.append(&[record(5)]).unwrap();
        drop(store);
        let (_, found) = Store::open(&path).unwrap();
        assert_eq!(found.records, [record(4), record(5)]);
    }

    #[test]
    fn what_was_written_is_unsynced_until_somebody_takes_it_to_the_disk() {
        let (_folder, path, _) = written();
        let (mut store, _) = Store::open(&path).unwrap();
        assert!(store.unsynced().is_none());
        store.append(&[record(4)]).unwrap();
        assert!(store.is_unsynced());
        (store.unsynced().unwrap())().unwrap();
        assert!(!store.is_unsynced());
        store.append(&[record(5)]).unwrap();
        store.begin_afresh(&[record(4), record(5)]).unwrap();
        assert!(store.unsynced().is_none());
    }

    #[test]
    fn a_file_that_ends_anywhere_gives_the_records_before_and_goes_on() {
        let (_folder, path, bytes) = written();
        let mut lengths = BTreeMap::new();
        for end in 0..bytes.len() {
            fs::write(&path, &bytes[..end]).unwrap();
            let (mut store, found) = Store::open(&path).unwrap();
            let count = found.records.len();
            assert_eq!(found.records, [record(1), record(2), record(3)][..count]);
            store.append(&[record(9)]).unwrap();
            drop(store);
            let (_, found) = Store::open(&path).unwrap();
            assert_eq!(found.damaged, 0, "cut at {end}");
            assert_eq!(found.records.len(), count + 1, "cut at {end}");
            lengths.insert(count, end);
        }
        assert_eq!(lengths.into_keys().collect::<Vec<_>>(), [0, 1, 2]);
    }

    #[test]
    fn a_flipped_bit_ends_the_reading_before_its_record() {
        let (_folder, path, bytes) = written();
        for index in MAGIC.len() + 1..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[index] ^= 4;
            fs::write(&path, &damaged).unwrap();
            let (_, found) = Store::open(&path).unwrap();
            assert!(found.records.len() < 3, "byte {index}");
            assert!(found.damaged > 0, "byte {index}");
        }
    }

    #[test]
    fn another_version_and_another_kind_of_file_are_refused_and_left_alone() {
        let (_folder, path, mut bytes) = written();
        bytes[MAGIC.len()] = VERSION + 1;
        fs::write(&path, &bytes).unwrap();
        let error = Store::open(&path).unwrap_err().to_string();
        assert!(error.contains("has version 2"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
        fs::write(&path, "max_qos = 1\n").unwrap();
        let error = Store::open(&path).unwrap_err().to_string();
        assert!(error.contains("not a persistence file"), "{error}");
    }

    #[test]
    fn one_server_has_a_file_at_a_time() {
        let (_folder, path, _) = written();
        let (mut store, _) = Store::open(&path).unwrap();
        let error = Store::open(&path).unwrap_err().to_string();
        assert!(error.contains("another server"), "{error}");
        store.begin_afresh(&[]).unwrap();
        assert!(Store::open(&path).is_err());
    }
}
